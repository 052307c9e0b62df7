/** Numbers and booleans that the file takes from variables, whose values are text. */

import type { z } from 'zod';

/**
 * The value with every text that stands where a number or a boolean is expected as one, if the file wrote a variable
 * there and its value reads as one. The value itself if there is none.
 *
 * @param error why a schema refused the value
 * @param writtenAt what the file has at a path, before variables were replaced
 */
export function readVariables(
  value: unknown,
  error: z.ZodError,
  writtenAt: (path: readonly PropertyKey[]) => unknown,
): unknown {
  let result = value;
  for (const { path, accepts } of error.issues.flatMap((issue) => expectations(issue, []))) {
    const written = writtenAt(path);
    if (typeof written !== 'string' || !written.includes('${')) continue;
    result = changed(result, path, (text) => (typeof text === 'string' ? accepts(text) : undefined));
  }
  return result;
}

/** What a text would have to be at a path; `accepts` answers undefined for a text that is not. */
interface Expectation {
  path: PropertyKey[];
  accepts: (text: string) => unknown;
}

function expectations(issue: z.core.$ZodIssue, parents: readonly PropertyKey[]): Expectation[] {
  const path = [...parents, ...issue.path];
  if (issue.code === 'invalid_union') {
    return issue.errors.flat().flatMap((inner) => expectations(inner, path));
  }
  if (issue.code === 'invalid_value') {
    return [
      {
        path,
        accepts: (text) => issue.values.find((one) => typeof one !== 'string' && String(one) === text),
      },
    ];
  }
  if (issue.code !== 'invalid_type') return [];
  if (issue.expected === 'boolean') {
    return [{ path, accepts: (text) => (/^(true|false)$/.test(text) ? text === 'true' : undefined) }];
  }
  if (issue.expected === 'number' || issue.expected === 'int') {
    return [{ path, accepts: (text) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined) }];
  }
  return [];
}

/** A copy with another value at a path; the value itself where `read` answers undefined. */
function changed(value: unknown, path: readonly PropertyKey[], read: (value: unknown) => unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return read(value) ?? value;
  if (typeof value !== 'object' || value === null) return value;
  const before = (value as Record<PropertyKey, unknown>)[step];
  const after = changed(before, rest, read);
  if (after === before) return value;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<
    PropertyKey,
    unknown
  >;
  copy[step] = after;
  return copy;
}
