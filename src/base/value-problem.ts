/** Describes an invalid value: turns a schema's issue into plain English. */

/** The parts of a zod issue that the sentence needs. */
export interface ValueComplaint {
  code?: string | undefined;
  message: string;
  /** For a wrong type: the expected one. */
  expected?: unknown;
  /** For a wrong choice: the allowed values. */
  values?: readonly unknown[];
  /** For a wrong size: what is measured, and the limit. */
  origin?: unknown;
  minimum?: unknown;
  maximum?: unknown;
  inclusive?: boolean | undefined;
}

const types: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'a text',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};
const measures: Readonly<Record<string, string>> = {
  string: 'characters',
  array: 'entries',
  set: 'entries',
  map: 'entries',
};

/** `it must be at least 1`, `it must be "on" or "off"`; without a full stop. */
export function valueProblem(complaint: ValueComplaint): string {
  const { code, expected, values, origin, minimum, maximum, inclusive = true } = complaint;
  // Custom schema messages are kept.
  if (!/^(Invalid |Too small|Too big)/.test(complaint.message)) return complaint.message;
  const type = types[String(expected)];
  if (code === 'invalid_type' && type !== undefined) return `it must be ${type}`;
  if (code === 'invalid_value' && values !== undefined) return `it must be ${choice(values)}`;
  if (code === 'too_small') return sized(inclusive ? 'at least' : 'more than', minimum, origin);
  if (code === 'too_big') return sized(inclusive ? 'at most' : 'less than', maximum, origin);
  return complaint.message.replace(/^Invalid (input|option): /, '');
}

function sized(relation: string, limit: unknown, origin: unknown): string {
  const measure = measures[String(origin)];
  return measure === undefined
    ? `it must be ${relation} ${String(limit)}`
    : `it must have ${relation} ${String(limit)} ${limit === 1 ? measure.replace(/ies$/, 'y').replace(/s$/, '') : measure}`;
}

function choice(values: readonly unknown[]): string {
  const words = values.map((value) => JSON.stringify(value));
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)!}`;
}
