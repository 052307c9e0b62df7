/**
 * Serves a report to its own machine, so that it can approve. Every address begins with a random token; the `Host` and, for
 * approvals, the `Origin` must be the server's, so that no other page can reach it, by its name or through DNS.
 */

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, sep } from 'node:path';
import { AppError } from '../base/errors.ts';
import type { Approval } from './approve.ts';
import { htmlFile, imagesFolder } from './report-folder.ts';

export interface ReportServerOptions {
  /** Absolute. */
  reportFolder: string;
  /**
   * Makes images of these tests their baselines; without names, all that differ or are new.
   *
   * @param run when the run began that the page shows, as in its results
   */
  approve: (names: readonly string[], run: string) => Promise<Approval[]>;
}

export interface ReportServer {
  /** With the token. */
  url: string;
  stop(): Promise<void>;
}

const maxBodyBytes = 2 ** 20;
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.png': 'image/png',
  '.webp': 'image/webp',
};
const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Listens on 127.0.0.1, at a free port. */
export async function startReportServer({
  reportFolder,
  approve,
}: ReportServerOptions): Promise<ReportServer> {
  const token = randomBytes(24).toString('base64url');
  const root = await realpath(reportFolder);
  let origin = '';
  // One after the other: each approval checks what the one before has written.
  let last: Promise<unknown> = Promise.resolve();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, given = '', ...path] = decodedPath(request.url ?? '/');
    if (`http://${request.headers.host}` !== origin || !isSame(given, token))
      return send(response, 404, 'text/plain', 'Not found.\n');
    if (path.join('/') === 'approve') {
      if (request.method !== 'POST') return send(response, 405, 'text/plain', 'Only POST.\n');
      if (request.headers.origin !== origin)
        return send(response, 403, 'text/plain', 'Only the report itself may approve.\n');
      const { names, run } = wishIn(await readBody(request));
      const approving = last.then(() => approve(names, run));
      last = approving.catch(() => undefined);
      return send(response, 200, 'application/json', JSON.stringify({ approvals: await approving }));
    }
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return send(response, 405, 'text/plain', 'Only GET.\n');
    const isPage = path.length === 0 || path.join('/') === '' || path.join('/') === htmlFile;
    if (!isPage && (path.length !== 2 || path[0] !== imagesFolder))
      return send(response, 404, 'text/plain', 'Not found.\n');
    const file = join(root, ...(isPage ? [htmlFile] : path));
    const type = contentTypes[extname(file)];
    const real = await realpath(file).catch(() => null);
    if (type === undefined || real === null || !real.startsWith(root + sep))
      return send(response, 404, 'text/plain', 'Not found.\n');
    const bytes = await readFile(real);
    send(response, 200, type, isPage ? ableToApprove(bytes.toString('utf8')) : bytes);
  }

  const server = createServer({ requestTimeout: 30_000 }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      const isKnown = error instanceof AppError;
      const message = isKnown ? error.message : 'The report could not be read.';
      send(response, isKnown ? 400 : 500, 'application/json', JSON.stringify({ message }));
    });
  });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', done);
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${origin}/${token}/`,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  if (response.headersSent) return;
  response.writeHead(status, { ...headers, 'content-type': type }).end(body);
}

/** Its parts; a malformed one matches nothing. */
function decodedPath(url: string): string[] {
  try {
    return url.split('?')[0]!.split('/').map(decodeURIComponent);
  } catch {
    return [];
  }
}

function isSame(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** The report may call this server, and knows it. */
function ableToApprove(html: string): string {
  return html
    .replace("default-src 'none';", "default-src 'none'; connect-src 'self';")
    .replace('</title>', '</title><meta name="dpxdt-approve" content="approve" />');
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes)
      throw new AppError('invalid_argument', `An approval may have ${maxBodyBytes} bytes at most.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function wishIn(body: string): { names: string[]; run: string } {
  let names: unknown;
  let run: unknown;
  try {
    ({ names, run } = JSON.parse(body) as { names?: unknown; run?: unknown });
  } catch {
    // Said below.
  }
  if (typeof run !== 'string' || !Array.isArray(names) || !names.every((name) => typeof name === 'string'))
    throw new AppError(
      'invalid_argument',
      'An approval must be JSON such as {"names": ["home"], "run": "2026-01-02T03:04:05.678Z"}.',
    );
  return { names, run };
}
