/** Shared parts of the tools' test files: a list at the top level, or under `tests` next to custom keys. */

import { z } from 'zod';
import { invisibleCharacterIn } from '../../base/invisible-text.ts';
import { AppError } from '../../base/errors.ts';
import { explainIssue, quotePath } from '../explain-issues.ts';
import { isRecord } from './local/records.ts';

/** A parsed file that can locate its values. */
export interface TestsDocument {
  value: unknown;
  locate(path: readonly PropertyKey[]): { line: number; column: number };
}

/** One entry of the list, and how to report its errors. */
export interface TestEntry {
  value: Record<string, unknown>;
  path: PropertyKey[];
  /** @throws AppError `config_invalid` with `file:line:column` in front */
  fail: (path: readonly PropertyKey[], sentence: string) => never;
}

export const testName = z
  .string()
  .min(1, 'must not be empty')
  .max(255, 'must have at most 255 characters')
  .refine(
    (text) => !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text),
    'must not contain control characters',
  )
  .refine(
    (text) => invisibleCharacterIn(text) === null,
    'must not contain invisible characters such as U+202E or U+200B',
  );

/**
 * The entries of a file of tests. Keys whose value is null count as absent.
 *
 * @param name the file's name in messages
 * @throws AppError `config_invalid`
 */
export function listTests(document: TestsDocument, name: string): TestEntry[] {
  const failAt = (path: readonly PropertyKey[], sentence: string): never => {
    const { line, column } = document.locate(path);
    throw new AppError('config_invalid', `${name}:${line}:${column}: ${sentence}`, { details: { path } });
  };
  const { list, base } = findList(document.value, failAt);
  return list.map((value, index) => {
    const path = [...base, index];
    if (!isRecord(value)) failAt(path, `${quotePath(path)} is invalid: a test is a mapping with a name.`);
    const given = Object.fromEntries(Object.entries(value as object).filter(([, entry]) => entry !== null));
    return { value: given, path, fail: failAt };
  });
}

function findList(
  value: unknown,
  fail: (path: readonly PropertyKey[], sentence: string) => never,
): { list: unknown[]; base: PropertyKey[] } {
  if (Array.isArray(value)) return { list: value, base: [] };
  if (!isRecord(value)) fail([], 'The file must contain a list of tests.');
  const own = Object.keys(value as object).find((key) => key !== 'tests' && !key.startsWith('x-'));
  if (own !== undefined) {
    fail([own], `"${own}" is not a known key: other keys than "tests" must begin with "x-".`);
  }
  const { tests } = value as { tests?: unknown };
  if (!Array.isArray(tests))
    fail(['tests'], 'The file must contain a list of tests, at the top level or under "tests".');
  return { list: tests as unknown[], base: ['tests'] };
}

/** Checks an entry, or a part of one. @throws AppError `config_invalid` with `file:line:column` in front */
export function checkPart<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  { path, fail }: Pick<TestEntry, 'path' | 'fail'>,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = explainIssue(value, parsed.error, schema);
  const full = [...path, ...issue.path];
  // The keys of the local tool's YAML.
  const prefixed = `run_${issue.unknownKey ?? ''}`;
  const isLocal = issue.path.length === 1 && schema instanceof z.ZodObject && prefixed in schema.shape;
  return fail(full, `${quotePath(full)} ${isLocal ? `is "${prefixed}" in this file.` : issue.sentence}`);
}
