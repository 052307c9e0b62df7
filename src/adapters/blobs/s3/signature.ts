/** Signature Version 4 of AWS, as S3 wants it. The digests are so short that a thread for each would cost more than they do. */

import { createHash, createHmac } from 'node:crypto';
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

const algorithm = 'AWS4-HMAC-SHA256';
/** Proxies may change these. */
const unsigned = new Set(['content-type', 'range']);

export function createSigner(region: string): Signer {
  let last: { name: string; key: Buffer } | null = null;

  /** Changes once a day. */
  function signingKey(secretKey: string, day: string): Buffer {
    const name = `${secretKey} ${day}`;
    if (last?.name !== name) {
      const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretKey}`);
      last = { name, key: key as Buffer };
    }
    return last.key;
  }

  function signatureOf({ secretKey }: Credentials, time: string, scope: string, canonical: string): string {
    const text = [algorithm, time, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
    return hmac(signingKey(secretKey, time.slice(0, 8)), text).toString('hex');
  }

  const scopeOf = (time: string) => `${time.slice(0, 8)}/${region}/s3/aws4_request`;

  return {
    signHeaders({ method, url, headers }, credentials, at) {
      const time = timeOf(at);
      const { accessKey, sessionToken } = credentials;
      const sent = {
        ...headers,
        'x-amz-date': time,
        ...(sessionToken !== null && { 'x-amz-security-token': sessionToken }),
      };
      const signable = [['host', url.host], ...Object.entries(sent)]
        .filter(([name]) => !unsigned.has(name!))
        .sort(byName) as [string, string][];
      const names = signable.map(([name]) => name).join(';');
      const lines = signable.map(([name, value]) => `${name}:${value.replace(/\s+/g, ' ')}\n`).join('');
      const digest = headers['x-amz-content-sha256']!;
      const canonical = [method, pathOf(url), queryOf(url), lines, names, digest].join('\n');
      const signature = signatureOf(credentials, time, scopeOf(time), canonical);
      const authorization = `${algorithm} Credential=${accessKey}/${scopeOf(time)}, SignedHeaders=${names}, Signature=${signature}`;
      return { ...sent, authorization };
    },
    signAddress(method, url, credentials, at) {
      const time = timeOf(at);
      const { accessKey, sessionToken } = credentials;
      const signed = new URL(url);
      signed.searchParams.set('X-Amz-Date', time);
      if (sessionToken !== null) signed.searchParams.set('X-Amz-Security-Token', sessionToken);
      signed.searchParams.set('X-Amz-Algorithm', algorithm);
      signed.searchParams.set('X-Amz-Credential', `${accessKey}/${scopeOf(time)}`);
      signed.searchParams.set('X-Amz-SignedHeaders', 'host');
      const lines = `host:${url.host}\n`;
      const canonical = [method, pathOf(signed), queryOf(signed), lines, 'host', 'UNSIGNED-PAYLOAD'];
      const signature = signatureOf(credentials, time, scopeOf(time), canonical.join('\n'));
      signed.searchParams.set('X-Amz-Signature', signature);
      return signed;
    },
  };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** `20300102T030405Z` */
function timeOf(at: number): string {
  return new Date(at).toISOString().replace(/[:-]|\.\d{3}/g, '');
}

function byName([a]: readonly string[], [b]: readonly string[]): number {
  return a! < b! ? -1 : a! > b! ? 1 : 0;
}

function pathOf(url: URL): string {
  return url.pathname.split('/').map(encodedAgain).join('/');
}

function queryOf(url: URL): string {
  if (url.search === '') return '';
  return [...url.searchParams]
    .map((pair) => pair.map(encoded))
    .sort(byName)
    .map((pair) => pair.join('='))
    .join('&');
}

function encodedAgain(part: string): string {
  return encoded(decodeURIComponent(part));
}

/** As RFC 3986 wants it. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
