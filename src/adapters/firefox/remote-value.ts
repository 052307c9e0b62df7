import type { RemoteValue } from './bidi-events.ts';

const namedNumbers: Record<string, number> = {
  NaN: Number.NaN,
  '-0': -0,
  Infinity: Infinity,
  '-Infinity': -Infinity,
};

/** A value of the page, as JSON has it; whatever JSON has not is undefined. */
export function fromRemote({ type, value }: RemoteValue): unknown {
  if (type === 'null') return null;
  if (type === 'number') return typeof value === 'string' ? namedNumbers[value] : value;
  if (type === 'string' || type === 'boolean') return value;
  if (type === 'array') return ((value ?? []) as RemoteValue[]).map(fromRemote);
  if (type !== 'object') return undefined;
  return Object.fromEntries(
    ((value ?? []) as [string, RemoteValue][]).map(([key, inner]) => [key, fromRemote(inner)]),
  );
}
