import { z } from 'zod';
import { AppError, type ErrorCode } from '../base/errors.ts';
import {
  checkDigest,
  checkInteger,
  checkName,
  checkShownUrl,
  checkUrlText,
  maxNameLength,
  maxUrlLength,
} from '../domain/names.ts';
import { parseStrictJson } from './strict-json.ts';

/**
 * The kinds of parameters of the HTTP API. A form sends every value as text, JSON sends typed values; each kind
 * accepts both and returns one type. The `meta` of a kind is its JSON Schema in the API description.
 */

/** Largest id or number: what a database's 32-bit integer holds. */
const maxInteger = 2_147_483_647;
/** Longest reason that a client may give for a failure. */
const maxReasonLength = 4_096;

/** A kind before it gets its parameter name, which its errors need. */
export type Kind<T> = (parameter: string) => z.ZodType<T>;

function kind<T>(meta: Record<string, unknown>, read: (raw: unknown, parameter: string) => T): Kind<T> {
  return (parameter) =>
    z
      .unknown()
      .transform((raw) => read(raw, parameter))
      .meta(meta);
}

function refuse(
  parameter: string,
  raw: unknown,
  predicate: string,
  code: ErrorCode = 'invalid_argument',
): never {
  throw new AppError(code, `${parameter} ${predicate}, got ${excerpt(raw)}.`, { details: { parameter } });
}

function excerpt(value: unknown): string {
  if (typeof value === 'string') {
    return value.length > 60 ? `${JSON.stringify(value.slice(0, 57))}…` : JSON.stringify(value);
  }
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'an object';
}

function requireText(raw: unknown, parameter: string): string {
  return typeof raw === 'string' ? raw : refuse(parameter, raw, 'must be text');
}

/** A whole number within bounds. As text it has one spelling, as `String` writes it: no `01`, `+1`, `1.0` or ` 1`. */
export function integer(description: string, minimum = 1, maximum = maxInteger): Kind<number> {
  return kind({ type: 'integer', minimum, maximum, description }, (raw, parameter) => {
    const value = typeof raw === 'string' && /^(0|-?[1-9]\d{0,15})$/.test(raw) ? Number(raw) : raw;
    if (typeof value !== 'number') {
      return refuse(parameter, raw, `must be an integer from ${minimum} to ${maximum}`);
    }
    return checkInteger(parameter, value, minimum, maximum);
  });
}

/** A number within bounds. */
export function number(description: string, minimum: number, maximum: number): Kind<number> {
  return kind({ type: 'number', minimum, maximum, description }, (raw, parameter) => {
    const isNumeral = typeof raw === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(raw);
    const value = isNumeral ? Number(raw) : raw;
    if (typeof value === 'number' && value >= minimum && value <= maximum) return value;
    return refuse(parameter, raw, `must be a number from ${minimum} to ${maximum}`);
  });
}

/** One line of text, 1 to `maxLength` characters. */
export function name(description: string, maxLength = maxNameLength): Kind<string> {
  return kind({ type: 'string', minLength: 1, maxLength, description }, (raw, parameter) =>
    checkName(parameter, requireText(raw, parameter), maxLength),
  );
}

/** An address to capture; the service decides whether it is allowed. */
export function pageUrl(description: string): Kind<string> {
  return kind({ type: 'string', maxLength: maxUrlLength, description }, (raw, parameter) => {
    const text = requireText(raw, parameter);
    if (!text.isWellFormed()) return refuse(parameter, raw, 'must be valid Unicode');
    return checkUrlText(parameter, text);
  });
}

/** An address that is stored and shown as a link: http or https. */
export function shownUrl(description: string): Kind<string> {
  return kind({ type: 'string', format: 'uri', maxLength: maxUrlLength, description }, (raw, parameter) => {
    const text = requireText(raw, parameter);
    if (!text.isWellFormed()) return refuse(parameter, raw, 'must be valid Unicode');
    return checkShownUrl(parameter, text);
  });
}

/** Text that may have line breaks; NUL and lone surrogates, which databases cannot store, are replaced. */
export function longText(description: string, maxLength: number): Kind<string> {
  return kind({ type: 'string', maxLength, description }, (raw, parameter) => {
    const text = requireText(raw, parameter);
    if (text.length > maxLength) refuse(parameter, raw, `must have at most ${maxLength} characters`);
    return storable(text);
  });
}

function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** Text that is never echoed, not even in errors: passwords and tokens. */
export function secret(description: string, maxLength = 1_024): Kind<string> {
  return kind({ type: 'string', format: 'password', maxLength, description }, (raw, parameter) => {
    if (typeof raw === 'string' && raw.length <= maxLength && raw.isWellFormed()) return raw;
    throw new AppError('invalid_argument', `${parameter} must be text of at most ${maxLength} characters.`, {
      details: { parameter },
    });
  });
}

export function sha1(description: string): Kind<string> {
  return kind({ type: 'string', pattern: '^[0-9a-fA-F]{40}$', description }, (raw, parameter) =>
    checkDigest(parameter, requireText(raw, parameter)),
  );
}

export function sha256(description: string): Kind<string> {
  return kind({ type: 'string', minLength: 64, maxLength: 64, description }, (raw, parameter) => {
    const text = requireText(raw, parameter);
    return /^[0-9a-fA-F]{64}$/.test(text)
      ? text.toLowerCase()
      : refuse(parameter, raw, 'must be a SHA-256 of 64 hexadecimal digits');
  });
}

/** `run_failed`, `diff_failed`: any text but the empty one means yes, and so does JSON `true`. */
export function failure(description: string): Kind<string | boolean> {
  const meta = { type: ['string', 'boolean'], maxLength: maxReasonLength, description };
  return kind<string | boolean>(meta, (raw, parameter) => {
    if (typeof raw === 'boolean') return raw;
    if (typeof raw !== 'string') return refuse(parameter, raw, 'must be text, true or false');
    if (raw.length > maxReasonLength) {
      return refuse(parameter, raw, `must have at most ${maxReasonLength} characters`);
    }
    return storable(raw);
  });
}

/**
 * A JSON value: a value in a JSON body, JSON text in a form.
 *
 * @param schema JSON Schema for the API's description
 * @param read gives the value its type, or throws an AppError that names the parameter
 */
export function json<T>(
  description: string,
  schema: Record<string, unknown>,
  read: (value: unknown, parameter: string) => T,
): Kind<T> {
  return kind({ ...schema, description }, (raw, parameter) =>
    read(typeof raw === 'string' ? parseStrictJson(raw, parameter, { parameter }) : raw, parameter),
  );
}

export function flag(description: string): Kind<boolean> {
  return kind({ type: 'boolean', description }, (raw, parameter) => {
    if (raw === true || raw === 'true' || raw === '1') return true;
    if (raw === false || raw === 'false' || raw === '0') return false;
    return refuse(parameter, raw, 'must be true or false');
  });
}

/** One of several fixed words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(
  description: string,
  words: Words,
): Kind<Words[number]> {
  return kind<Words[number]>({ type: 'string', enum: [...words], description }, (raw, parameter) => {
    if (typeof raw === 'string' && words.includes(raw)) return raw;
    return refuse(parameter, raw, `must be one of ${words.map((word) => JSON.stringify(word)).join(', ')}`);
  });
}

/** A parameter that may be absent. */
export function optional<T>(of: Kind<T>): (parameter: string) => z.ZodOptional<z.ZodType<T>> {
  return (parameter) => of(parameter).optional();
}

type Shape<Kinds> = {
  [P in keyof Kinds]: Kinds[P] extends (parameter: string) => infer Type ? Type : never;
};

/** The schema of an operation's parameters. */
export function parameters<Kinds extends Record<string, (parameter: string) => z.ZodType>>(kinds: Kinds) {
  const shape = Object.fromEntries(Object.entries(kinds).map(([key, of]) => [key, of(key)]));
  return z.object(shape as unknown as Shape<Kinds>);
}

/** Parameters shared by most operations. */
export const buildId = integer('ID of the build.');
export const releaseName = name('Name of the release.');
export const releaseNumber = integer('Number of the release: its attempt, from 1.');

/**
 * Parses the parameters of an operation. Unknown ones are ignored; an empty text or null counts as an
 * absent parameter.
 *
 * @param sent names and raw values, as a form or JSON gave them
 * @throws AppError `invalid_argument` (or a finer code of it) whose sentence and `details.parameter` name the
 *   parameter
 */
export function readParameters<Schema extends z.ZodObject>(
  schema: Schema,
  sent: Readonly<Record<string, unknown>>,
): z.output<Schema> {
  const present: Record<string, unknown> = {};
  for (const [parameter, of] of Object.entries(schema.shape)) {
    const value = Object.hasOwn(sent, parameter) ? sent[parameter] : undefined;
    if (value !== '' && value !== null && value !== undefined) {
      present[parameter] = value;
    } else if (!(of instanceof z.ZodOptional)) {
      const problem = Object.hasOwn(sent, parameter) ? 'is empty' : 'is missing';
      throw new AppError('invalid_argument', `${parameter} ${problem}.`, { details: { parameter } });
    }
  }
  return schema.parse(present);
}

/** A list, at most 10,000 long. @param what the entries, for an error */
export function listOf<T>(
  description: string,
  of: z.ZodType<T>,
  items: Record<string, unknown>,
  what: string,
) {
  const schema = { type: 'array', minItems: 1, maxItems: 10_000, items };
  return json(description, schema, (value, parameter) => {
    const parsed = z.array(of).safeParse(value);
    if (parsed.success) return parsed.data;
    throw new AppError('invalid_argument', `${parameter} must be a list of ${what}.`, {
      details: { parameter },
    });
  });
}
