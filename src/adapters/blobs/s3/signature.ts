/** Signature Version 4 of AWS, as S3 wants it. */

import aws4 from 'aws4';
import type { Credentials } from './credentials.ts';

export interface Unsigned {
  method: string;
  /** With its path encoded by `encodeURIComponent`. */
  url: URL;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
}

export interface Signer {
  /** @returns the headers to send. They must contain `x-amz-content-sha256`. */
  signHeaders(request: Unsigned, credentials: Credentials, at: number): Record<string, string>;
  /** @returns an address that anyone may use as long as `X-Amz-Expires` says */
  signAddress(method: string, url: URL, credentials: Credentials, at: number): URL;
}

export function createSigner(region: string): Signer {
  const requestTo = ({ host, pathname, search }: URL, method: string) => ({
    service: 's3',
    region,
    method,
    host,
    path: pathname + search,
    // Proxies may change it.
    extraHeadersToIgnore: { 'content-type': true },
  });
  return {
    signHeaders({ method, url, headers }, credentials, at) {
      const dated = { ...headers, 'x-amz-date': timeOf(at), ...tokenOf(credentials, 'x-amz-security-token') };
      const signed = aws4.sign({ ...requestTo(url, method), headers: dated }, keysOf(credentials));
      return { ...dated, authorization: String(signed.headers!['Authorization']) };
    },
    signAddress(method, url, credentials, at) {
      const dated = new URL(url);
      dated.searchParams.set('X-Amz-Date', timeOf(at));
      const signed = aws4.sign({ ...requestTo(dated, method), signQuery: true }, keysOf(credentials));
      return new URL(signed.path!, url);
    },
  };
}

function keysOf(credentials: Credentials) {
  const { accessKey, secretKey } = credentials;
  return {
    accessKeyId: accessKey,
    secretAccessKey: secretKey,
    ...tokenOf(credentials, 'sessionToken'),
  };
}

function tokenOf({ sessionToken }: Credentials, name: string): Record<string, string> {
  return sessionToken === null ? {} : { [name]: sessionToken };
}

/** `20300102T030405Z` */
function timeOf(at: number): string {
  return new Date(at).toISOString().replace(/[:-]|\.\d{3}/g, '');
}
