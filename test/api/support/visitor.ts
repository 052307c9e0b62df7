/** A browser without a screen: keeps cookies, says where its page is from, sends the session's token. */

import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { answered, type Answered } from './send.ts';

export class Visitor {
  /** Where the next call goes; with several servers, a balancer would choose it. */
  server: { url: string };
  readonly cookies = new Map<string, string>();
  /** What the last answer's cookies looked like. */
  setCookies: string[] = [];
  csrfToken: string | null = null;

  constructor(server: { url: string }) {
    this.server = server;
  }

  async call(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answered> {
    const response = await this.fetch(method, path, body, {
      ...(this.csrfToken !== null && { 'x-csrf-token': this.csrfToken }),
      ...headers,
    });
    return answered(response);
  }

  async fetch(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await send(
      this.server.url + path,
      method,
      {
        ...(cookie !== '' && { cookie }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body === undefined ? undefined : JSON.stringify(body),
    );
    this.setCookies = response.headers.getSetCookie();
    for (const line of this.setCookies) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (/max-age=0/i.test(line)) this.cookies.delete(name!);
      else this.cookies.set(name!, value!);
    }
    return response;
  }

  /** Who the server takes the visitor for; learns the session's token. */
  async session(): Promise<Record<string, unknown>> {
    const { body } = await this.call('GET', '/api/v1/session');
    this.csrfToken = body['csrf_token'] as string | null;
    return body;
  }

  async signIn(email: string, password: string): Promise<Answered> {
    const answer = await this.call('POST', '/api/v1/sign_in', { email, password });
    await this.session();
    return answer;
  }

  get sessionCookie(): string | undefined {
    return [...this.cookies].find(([name]) => name.endsWith('.session_token'))?.[1];
  }
}

/** Like `fetch`, but can set Sec-Fetch-*, as browsers and attackers do. */
async function send(
  address: string,
  method: string,
  headers: Record<string, string>,
  body: string | undefined,
): Promise<Response> {
  const outgoing = request(address, { method, headers });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const answer = new Headers();
  for (let at = 0; at < incoming.rawHeaders.length; at += 2)
    answer.append(incoming.rawHeaders[at]!, incoming.rawHeaders[at + 1]!);
  const content = Buffer.concat(chunks);
  return new Response(content.length === 0 ? null : content, {
    status: incoming.statusCode!,
    headers: answer,
  });
}
