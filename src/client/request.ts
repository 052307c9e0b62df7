import type { Address } from '../contract/addresses.ts';
import { snakeKeys } from '../contract/letter-case.ts';
import type { Attempt, CallOptions } from './transport.ts';

/** What an operation is called with, in camelCase. An address takes texts, numbers and booleans; the rest is left out of it. */
export type Sent = Readonly<Record<string, unknown>>;

/** Where a GET with these parameters leads, from the server's root. */
export function addressOf({ path }: Pick<Address, 'path'>, parameters: Sent): string {
  const { filled, rest } = fillPath(path, snakeKeys(parameters) as Record<string, unknown>);
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) {
    const text = textOf(value);
    if (text !== null) query.set(name, text);
  }
  return query.size === 0 ? filled : `${filled}?${query.toString()}`;
}

/** A call of an operation as it is sent: but for a file, which its caller puts into the body. */
export function requestOf(address: Address, parameters: Sent): Omit<Attempt, keyof CallOptions> {
  const { method, path, repeatable, answers, holdsFor } = address;
  const accept =
    answers === 'bytes' ? '*/*' : answers === 'events' ? 'text/event-stream' : 'application/json';
  const sent = snakeKeys(parameters) as Record<string, unknown>;
  const base = {
    method,
    repeatable: typeof repeatable === 'string' ? sent[repeatable] !== undefined : repeatable,
    ...(holdsFor !== undefined && { extraMs: Number(sent[holdsFor] ?? 0) * 1_000 }),
  };
  if (method === 'GET') return { ...base, path: addressOf(address, parameters), headers: { accept } };
  const { filled, rest } = fillPath(path, sent);
  return {
    ...base,
    path: filled,
    headers: { accept, 'content-type': 'application/json' },
    body: () => JSON.stringify(rest),
  };
}

/** Fills path parameters into the path. */
function fillPath(path: string, parameters: Sent): { filled: string; rest: Record<string, unknown> } {
  const rest = { ...parameters };
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const value = rest[name];
    delete rest[name];
    return encodeURIComponent(textOf(value) ?? '');
  });
  return { filled, rest };
}

function textOf(value: unknown): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value.toWellFormed() : null;
}
