import type { Operation } from '../../../src/contract/operation.ts';
import { basic, type Key, type TestServer } from './server.ts';

export const encodings = ['form', 'multipart', 'json'] as const;
export type Encoding = (typeof encodings)[number];

/** One parameter may be there more than once. */
export type Sent = [name: string, value: string | number | boolean][];

export interface Answered {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** Calls an operation as any HTTP client would, without this project's client. */
export async function send(
  server: TestServer,
  operation: Operation,
  parameters: Sent,
  options: {
    encoding?: Encoding;
    key?: Key | null;
    file?: { name: string; bytes: BlobPart } | undefined;
  } = {},
): Promise<Answered> {
  const { encoding = 'form', key = server.superKey, file } = options;
  const inPath = new Map(parameters.map(([name, value]) => [name, String(value)]));
  const path = operation.path.replace(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(inPath.get(name) ?? ''),
  );
  const others = parameters.filter(([name]) => !operation.path.includes(`{${name}}`));
  const headers = key === null ? {} : basic(key);
  const query = new URLSearchParams(others.map(([name, value]) => [name, String(value)]));
  if (operation.method === 'GET') {
    return answered(await fetch(`${server.url}${path}?${query.toString()}`, { headers }));
  }
  const request = { method: operation.method, headers: { ...headers } as Record<string, string> };
  return answered(
    await fetch(server.url + path, {
      ...request,
      ...bodyOf(others, file === undefined ? encoding : 'multipart', request.headers, file),
    }),
  );
}

function bodyOf(
  parameters: Sent,
  encoding: Encoding,
  headers: Record<string, string>,
  file?: { name: string; bytes: BlobPart },
): { body: BodyInit } {
  if (encoding === 'json') {
    headers['content-type'] = 'application/json';
    const members = parameters.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
    return { body: `{${members.join(',')}}` };
  }
  if (encoding === 'form') {
    return { body: new URLSearchParams(parameters.map(([name, value]) => [name, String(value)])) };
  }
  const form = new FormData();
  for (const [name, value] of parameters) form.append(name, String(value));
  if (file !== undefined) form.append('file', new Blob([file.bytes]), file.name);
  return { body: form };
}

export async function answered(response: Response): Promise<Answered> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson && text !== '' ? JSON.parse(text) : { text }) as Record<string, unknown>,
  };
}
