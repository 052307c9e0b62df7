import { expect, it } from 'vitest';
import { z } from 'zod';
import { valueProblem } from './value-problem.ts';

it.each<[z.ZodType, unknown, string]>([
  [z.number(), 'x', 'it must be a number'],
  [z.number().int(), 1.5, 'it must be a whole number'],
  [z.boolean(), 1, 'it must be true or false'],
  [z.strictObject({}), 1, 'it must be an object'],
  [z.array(z.string()), 1, 'it must be a list'],
  [z.number().min(1), 0, 'it must be at least 1'],
  [z.number().max(64), 65, 'it must be at most 64'],
  [z.number().positive(), 0, 'it must be more than 0'],
  [z.string().min(1), '', 'it must have at least 1 character'],
  [z.string().max(2), 'abc', 'it must have at most 2 characters'],
  [z.array(z.number()).max(2), [1, 2, 3], 'it must have at most 2 entries'],
  [z.enum(['on', 'off']), 'x', 'it must be "on" or "off"'],
  [z.enum(['a', 'b', 'c']), 'x', 'it must be "a", "b" or "c"'],
  [z.literal('chromium'), 'x', 'it must be "chromium"'],
  [z.string().min(1, 'must not be empty'), '', 'must not be empty'],
  [z.string().refine(() => false, 'must be a date'), 'x', 'must be a date'],
])('%#: words for people', (schema, value, words) => {
  expect(valueProblem(schema.safeParse(value).error!.issues[0]!)).toBe(words);
});
