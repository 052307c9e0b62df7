import { camelKeys, snakeKeys } from '../../../contract/letter-case.ts';
import type { ErrorBody } from '../../../contract/operation.ts';
import { reportConnection } from './connection.ts';
import type { OperationAddress } from './operations.ts';
import { ApiProblem, unreachable } from './problem.ts';

export interface CallOptions {
  signal?: AbortSignal;
  /** Continues after the page is closed, e.g. for a decision. */
  keepalive?: boolean;
}

/**
 * Calls one operation. The browser's cache revalidates lists that have an ETag.
 *
 * @param parameters in camelCase; null and undefined are not sent, except in a body, where null removes a value
 * @throws ApiProblem, or the signal's reason
 */
export async function callOperation(
  { method, path }: OperationAddress,
  parameters: Readonly<Record<string, unknown>>,
  { signal, keepalive = false }: CallOptions = {},
): Promise<unknown> {
  const rest = snakeKeys(parameters) as Record<string, unknown>;
  let address = path.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const value = rest[name];
    delete rest[name];
    return encodeURIComponent(textOf(value).toWellFormed());
  });
  const init: RequestInit = {
    method,
    credentials: 'same-origin',
    cache: 'no-cache',
    headers: { accept: 'application/json', 'x-requested-with': 'XMLHttpRequest' },
    keepalive,
    ...(signal && { signal }),
  };
  if (method === 'GET') {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(rest)) {
      if (value !== undefined && value !== null) query.append(name, textOf(value).toWellFormed());
    }
    if (query.size > 0) address += `?${query.toString()}`;
  } else {
    init.body = JSON.stringify(rest);
    init.headers = { ...init.headers, 'content-type': 'application/json' };
    return camelKeys(await sendChange(address, init));
  }
  return camelKeys(await send(address, init));
}

let csrfToken: Promise<string | null> | undefined;

/** Changing requests carry the session's token; a stale one, as after signing in in another tab, is replaced once. */
async function sendChange(address: string, init: RequestInit): Promise<unknown> {
  try {
    return await send(address, await withToken(init));
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== 'csrf_failed') throw error;
    csrfToken = undefined;
    return await send(address, await withToken(init));
  }
}

async function withToken(init: RequestInit): Promise<RequestInit> {
  csrfToken ??= readToken();
  const token = await csrfToken;
  return token === null ? init : { ...init, headers: { ...init.headers, 'x-csrf-token': token } };
}

async function readToken(): Promise<string | null> {
  try {
    const init = { headers: { accept: 'application/json', 'x-requested-with': 'XMLHttpRequest' } };
    const session = (await send('/api/v1/session', init)) as { csrf_token: string | null };
    return session.csrf_token;
  } catch (error) {
    csrfToken = undefined;
    throw error;
  }
}

/** Signing in or out changes the token. */
export function forgetToken(): void {
  csrfToken = undefined;
}

async function send(address: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(address, init);
    text = await response.text();
  } catch (error) {
    if (init.signal?.aborted) throw error;
    reportConnection(false);
    throw new ApiProblem({ status: 0, code: unreachable, sentence: 'The server is not responding.' });
  }
  reportConnection(true);
  const body = parseJson(text);
  if (response.ok && body !== undefined) return body;
  throw problemOf(response, body);
}

function problemOf({ status, headers }: Response, body: unknown): ApiProblem {
  const { error, code, details, request_id: requestId } = (body ?? {}) as Partial<ErrorBody>;
  return new ApiProblem({
    status,
    code: code ?? 'internal',
    sentence: error ?? `The server responded with status ${status} and gave no reason.`,
    requestId: requestId ?? headers.get('x-request-id') ?? '',
    details: details ?? {},
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
