import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A page's HTML, or a handler. */
export type Page = string | ((request: IncomingMessage, response: ServerResponse) => void);

export interface SeenRequest {
  path: string;
  headers: IncomingMessage['headers'];
}

/** A temporary web server on loopback. */
export interface PageServer {
  readonly origin: string;
  readonly seen: readonly SeenRequest[];
  url(path: string): string;
  close(): Promise<void>;
}

/** Serves pages by their path (without query). `tls` uses a self-signed certificate; `host` is another loopback address. */
export async function servePages(
  pages: Record<string, Page>,
  options: { tls?: boolean; host?: string } = {},
): Promise<PageServer> {
  const seen: SeenRequest[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url ?? '/';
    seen.push({ path, headers: request.headers });
    const page = pages[path.split('?')[0]!];
    if (page === undefined) response.writeHead(404).end();
    else if (typeof page === 'function') page(request, response);
    else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
  };
  const server = options.tls === true ? createSecureServer(selfSigned, answer) : createServer(answer);
  const { host = '127.0.0.1' } = options;
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const origin = `${options.tls === true ? 'https' : 'http'}://${host}:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    seen,
    url: (path) => `${origin}${path}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Made for these tests, used nowhere else, protects nothing. */
const selfSignedKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgpN3hZCBkn2IY+DuC
6WaYnxHgEUZGd3bmILWkHYeOcaShRANCAAQUN9288p0InAX/iecSE4jdU5DLSKad
QBREg+z47qnjrR94NTL2Smye8PIJnj27YLYECrp7pKat+ELECsq5MW2V
-----END PRIVATE KEY-----`;

const selfSignedCertificate = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUT3U8Iqqj1BTMuhue5LlBnp8jfp8wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjEzNDIzMloYDzIxMjYxMDI5
MTM0MjMyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQUN9288p0InAX/iecSE4jdU5DLSKadQBREg+z47qnjrR94NTL2Smye
8PIJnj27YLYECrp7pKat+ELECsq5MW2Vo28wbTAdBgNVHQ4EFgQU0vxzN7vXtoXB
a2cWcP82LRIHNRQwHwYDVR0jBBgwFoAU0vxzN7vXtoXBa2cWcP82LRIHNRQwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhAO1XfhkovzSkjcOakAn1cLok67K4nzMqZxa8JyJc/6d8AiEA
nZu0sxFfx4dIgs4fliuuQzVfkSKVDnjZlJehqdFguVk=
-----END CERTIFICATE-----`;

/** Key and self-signed certificate of a server, for 127.0.0.1 and localhost. */
export const selfSigned = { key: selfSignedKey, cert: selfSignedCertificate };
