/** A browser without a screen: keeps cookies, says where its page is from, sends the session's token. */

import { answered, type Answered } from './send.ts';
import type { TestServer } from './server.ts';

export class Visitor {
  readonly #server: TestServer;
  readonly cookies = new Map<string, string>();
  /** What the last answer's cookies looked like. */
  setCookies: string[] = [];
  csrfToken: string | null = null;

  constructor(server: TestServer) {
    this.#server = server;
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
    const response = await fetch(this.#server.url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(cookie !== '' && { cookie }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
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
