/** `git http-backend` behind a small server, as forges have it. */

import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { plainGitEnvironment } from './git-project.ts';

export interface GitHttpServer {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  url: string;
  /** Requests that came, with their Authorization header. */
  requests: { path: string; authorization: string | null }[];
  /** Bytes that were answered. */
  sentBytes: () => number;
  close(): Promise<void>;
}

/** Serves the repositories below `root`. @param authorization header that every request must have */
export async function serveGit(root: string, authorization: string | null = null): Promise<GitHttpServer> {
  const requests: GitHttpServer['requests'] = [];
  let sent = 0;
  const server = createServer((request, response) => {
    const given = request.headers.authorization ?? null;
    requests.push({ path: request.url!, authorization: given });
    if (authorization !== null && given !== authorization) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    answer(root, request, response, (bytes) => (sent += bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    sentBytes: () => sent,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(
  root: string,
  request: IncomingMessage,
  response: ServerResponse,
  onBytes: (count: number) => void,
): void {
  const url = new URL(request.url!, 'http://localhost');
  const child = spawn('git', ['http-backend'], {
    env: {
      ...plainGitEnvironment,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method!,
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      ...(request.headers['content-length'] !== undefined && {
        CONTENT_LENGTH: request.headers['content-length'],
      }),
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_ADDR: '127.0.0.1',
    },
  });
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  let head: Buffer | null = Buffer.alloc(0);
  child.stdout.on('data', (chunk: Buffer) => {
    onBytes(chunk.length);
    if (head === null) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    const fields = head
      .subarray(0, end)
      .toString('latin1')
      .split('\r\n')
      .map((line) => line.split(/: ?(.*)/s) as [string, string]);
    const status = fields.find(([name]) => name.toLowerCase() === 'status')?.[1] ?? '200';
    response.writeHead(
      Number.parseInt(status, 10),
      fields.filter(([name]) => name.toLowerCase() !== 'status').flatMap(([name, value]) => [name, value]),
    );
    response.write(head.subarray(end + 4));
    head = null;
  });
  child.once('close', () => response.end());
  response.once('close', () => child.kill());
}
