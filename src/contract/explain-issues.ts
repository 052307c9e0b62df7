/** What a schema refuses, in sentences that name the key and the value. */

import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { didYouMean, nearest } from '../base/suggest.ts';
import { valueProblem } from '../base/value-problem.ts';
import { fanOutKeys } from '../domain/capture/fan-out.ts';

/** What to do about a list where only one capture is possible; without a full stop. */
export const oneEach =
  'local tests and the tools make one run of each entry; request a run for each, under different names';

/**
 * One helpful sentence from a schema's issues: the first one, unknown keys before the rest.
 *
 * @param subject how the sentence names the whole value, e.g. `The capture config`
 */
export function configError(value: unknown, error: z.ZodError, schema: z.ZodType, subject: string): AppError {
  const { path, sentence } = explainIssue(value, error, schema);
  const where = path.length === 0 ? subject : quotePath(path);
  return new AppError('config_invalid', `${where} ${sentence}`, { details: { path } });
}

/** A schema issue: the path to the key or value, and the rest of a sentence about it. */
interface ExplainedIssue {
  path: PropertyKey[];
  sentence: string;
  /** Set for a key that is not known. */
  unknownKey?: string;
  /** The known key that it is nearest to. */
  meantKey?: string | null;
}

/** The first schema issue, unknown keys before the rest. */
export function explainIssue(value: unknown, error: z.ZodError, schema: z.ZodType): ExplainedIssue {
  return explainIssues(value, error, schema)[0]!;
}

/**
 * Every schema issue, unknown keys before the rest.
 *
 * @param shownAt what to quote as the value at a path, where that is not the value itself
 */
export function explainIssues(
  value: unknown,
  error: z.ZodError,
  schema: z.ZodType,
  shownAt: (path: readonly PropertyKey[]) => unknown = (path) => valueAt(value, path),
): ExplainedIssue[] {
  const isUnknown = (issue: z.core.$ZodIssue): boolean => issue.code === 'unrecognized_keys';
  const issues = [...error.issues].sort((a, b) => Number(isUnknown(b)) - Number(isUnknown(a)));
  return issues.flatMap((issue): ExplainedIssue[] => {
    if (issue.code === 'unrecognized_keys') {
      const known = knownKeysAt(schema, issue.path);
      return issue.keys.map((key) => ({
        path: [...issue.path, key],
        sentence: isFanOutKey(key, known)
          ? `is a list for more than one run: ${oneEach}.`
          : `is not a known key.${didYouMean(key, known)}`,
        unknownKey: key,
        meantKey: nearest(key, known),
      }));
    }
    if (issue.code === 'invalid_key') {
      const sentence = `is not a valid key: ${issue.issues[0]?.message ?? issue.message}.`;
      return [{ path: issue.path, sentence }];
    }
    const given = shownAt(issue.path);
    const got = given === undefined ? 'it is missing' : `got ${shortJson(given)}`;
    return [{ path: issue.path, sentence: `is invalid: ${valueProblem(issue)} (${got}).` }];
  });
}

/** Whether a config of one capture has a list that only local tests and tools know. */
function isFanOutKey(key: string, known: readonly string[]): boolean {
  return known.includes('targetUrl') && (fanOutKeys as readonly string[]).includes(key);
}

/** Keys that the schema knows at a path; empty if it is not an object. */
function knownKeysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let current: unknown = schema;
  for (const step of [...path, null]) {
    while (current instanceof z.ZodOptional) current = current.unwrap();
    if (step === null) break;
    if (current instanceof z.ZodObject) current = current.shape[step as string];
    else if (current instanceof z.ZodArray) current = current.element;
    else return [];
  }
  return current instanceof z.ZodObject ? Object.keys(current.shape) : [];
}

/** What is at a path of a parsed file; undefined where there is nothing. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<PropertyKey, unknown>)[step];
  }
  return current;
}

/** `viewportSize.width` or `cookies[2].name`, in quotes. */
export function quotePath(path: readonly PropertyKey[]): string {
  const text = path
    .map((step, index) =>
      typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`,
    )
    .join('');
  return `"${text}"`;
}

function shortJson(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
