import { Agent, request as sendRequest, type IncomingMessage } from 'node:http';
import { connect as connectTls } from 'node:tls';
import { openCheckedConnection, type CheckedConnectionOptions, type Endpoint } from './checked-connection.ts';

export interface CheckedRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  url: string;
  headers: Record<string, string>;
  body: string | null;
}

export interface CheckedAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  /** At most as many bytes as asked for; the rest is not read. */
  text: string;
}

export interface CheckedRequestOptions extends CheckedConnectionOptions {
  /** For everything from the first name that is resolved to the end of the answer. */
  timeoutMs: number;
  maxAnswerBytes: number;
  /** 0: a redirect is an answer. */
  maxRedirects: number;
}

/**
 * A request of the server itself to an address that a person named: every connection passes the operator's rules, and a
 * redirect is followed only within the same origin, so that what authorizes the request goes nowhere else.
 *
 * @throws EgressBlocked | EgressUnreachable | Error
 */
export async function checkedRequest(
  options: CheckedRequestOptions,
  request: CheckedRequest,
): Promise<CheckedAnswer> {
  const { maxRedirects } = options;
  const signal = AbortSignal.timeout(options.timeoutMs);
  let { url } = request;
  for (let redirects = 0; ; redirects++) {
    const answer = await once(options, { ...request, url }, signal);
    const next = redirectOf(answer, url);
    if (next === null || maxRedirects === 0) return answer;
    if (redirects === maxRedirects) throw new Error('it redirects too often');
    url = next;
  }
}

/** Those that keep the method; null: none that is followed. */
function redirectOf({ status, headers }: CheckedAnswer, from: string): string | null {
  if (![301, 307, 308].includes(status) || headers.location === undefined) return null;
  const to = URL.parse(headers.location, from);
  return to !== null && to.origin === new URL(from).origin ? to.href : null;
}

function once(
  options: CheckedRequestOptions,
  { method, url, headers, body }: CheckedRequest,
  signal: AbortSignal,
): Promise<CheckedAnswer> {
  const { protocol, hostname, port, host: authority, pathname, search } = new URL(url);
  const isTls = protocol === 'https:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const endpoint = { host, port: Number(port || (isTls ? 443 : 80)) };
  const agent = checkedAgent(options, endpoint, isTls);
  return new Promise((resolve, reject) => {
    const outgoing = sendRequest(
      {
        method,
        host,
        port: endpoint.port,
        path: pathname + search,
        headers: {
          ...headers,
          host: authority,
          ...(body !== null && { 'content-length': String(Buffer.byteLength(body)) }),
        },
        signal,
        agent,
      },
      (answer) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        const end = () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            text: Buffer.concat(chunks).subarray(0, options.maxAnswerBytes).toString('utf8'),
          });
        answer.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes < options.maxAnswerBytes) return;
          end();
          outgoing.destroy();
        });
        answer.once('end', end);
        answer.once('error', reject);
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body ?? undefined);
  });
}

/** Every connection that it makes is a checked one. An agent, because Node asks no other function where there is one. */
function checkedAgent(options: CheckedConnectionOptions, endpoint: Endpoint, isTls: boolean): Agent {
  const agent = new Agent({ keepAlive: false });
  const { host } = endpoint;
  const isName = !/^[\d.]+$|:/.test(host);
  agent.createConnection = (_options, connected) => {
    openCheckedConnection(options, endpoint).then(
      (socket) => {
        const stream = isTls ? connectTls({ socket, host, ...(isName && { servername: host }) }) : socket;
        connected?.(null, stream);
      },
      (error: Error) => connected?.(error, undefined as never),
    );
    return undefined;
  };
  return agent;
}
