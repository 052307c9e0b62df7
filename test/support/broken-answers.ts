/** Answers that begin but never end properly. */

import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Page } from './page-server.ts';

type Answer = Exclude<Page, string>;

/** The beginning of a page. */
export const begun = `<h1>begun</h1>${'text '.repeat(1_000)}`;

/** A PNG of one pixel. */
export const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** How a server can end an answer that it has begun. */
const fin = (response: ServerResponse): void => void response.destroy();
export const reset = (response: ServerResponse): void => void (response.socket as Socket).resetAndDestroy();

/** Begins an answer and breaks it off. */
export function breaksOff(
  headers: Record<string, string | number>,
  body: string | Buffer,
  end = fin,
): Answer {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html', ...headers });
    response.flushHeaders();
    if (body.length > 0) response.write(body);
    setTimeout(() => end(response), 50);
  };
}
