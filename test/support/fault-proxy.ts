/** An HTTP proxy in front of a server, which makes requests fail in chosen ways. */

import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export type Fault =
  /** The connection breaks before an answer. */
  | 'reset'
  /** The connection breaks in the middle of the request's content, which never reaches the server. */
  | 'cut upload'
  /** The connection breaks in the middle of the answer's content. */
  | 'cut'
  /** The server does not answer. */
  | 'silence'
  /** An answer in the server's place. */
  | { status: number; body: string };

export interface FaultProxy {
  endpoint: string;
  /** What happens to the next requests, one after the other; null: nothing. */
  faults: (Fault | null)[];
  /** `PUT /bucket/key`, in the order they came. */
  requests: string[];
  /** Called before a request is passed on. */
  before: ((request: string) => Promise<void>) | null;
}

/** Stopped when the test ends. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  const server = http.createServer((request, response) => {
    const name = `${request.method} ${request.url}`;
    proxy.requests.push(name);
    const fault = proxy.faults.shift() ?? null;
    const end = () => request.socket.destroy();
    if (fault === 'reset') return end();
    if (fault === 'silence') return void request.resume();
    if (fault === 'cut upload') return void request.once('data', end);
    if (fault !== null && fault !== 'cut') {
      request.resume();
      return void response.writeHead(fault.status, { 'content-type': 'application/xml' }).end(fault.body);
    }
    const pass = () => {
      const onward = http.request({
        hostname,
        port,
        method: request.method,
        path: request.url,
        headers: request.headers,
      });
      let isAnswered = false;
      // Swift sends content after the headers that answer HEAD.
      onward.on('error', () => void (isAnswered || end()));
      response.on('error', end);
      onward.on('response', (answer) => {
        isAnswered = true;
        answer.on('error', end);
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        if (fault !== 'cut') return void answer.pipe(response);
        const half = Math.floor(Number(answer.headers['content-length']) / 2);
        let sent = 0;
        answer.on('data', (chunk: Buffer) => {
          const rest = chunk.subarray(0, Math.max(0, half - sent));
          sent += rest.byteLength;
          response.write(rest, () => {
            if (sent >= half) end();
          });
        });
      });
      request.pipe(onward);
    };
    if (proxy.before === null) pass();
    else void proxy.before(name).then(pass);
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: FaultProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults: [],
    requests: [],
    before: null,
  };
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return proxy;
}
