import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { checkName, maxNameLength } from '../domain/names.ts';
import type { Kind } from './parameters.ts';
import { parseStrictJson } from './strict-json.ts';

const maxPreviousNames = 10;

/** Former names of a page: one as text, or a list; in a form a list is JSON text. */
export const previousNames: Kind<string[]> = (parameter) => {
  const one = { type: 'string', minLength: 1, maxLength: maxNameLength };
  return z
    .unknown()
    .transform((raw) => readNames(raw, parameter))
    .meta({
      type: ['array', 'string'],
      maxItems: maxPreviousNames,
      items: one,
      description:
        'Ours: former names of the page, at most 10, tried in this order where its own name has no baseline. One name may be sent as text.',
    });
};

function readNames(raw: unknown, parameter: string): string[] {
  const isJson = typeof raw === 'string' && /^[[{]/.test(raw);
  const value = isJson ? parseStrictJson(raw, parameter, { parameter }) : raw;
  const names: unknown = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(names) || names.length > maxPreviousNames) {
    const predicate = `must be a name or a list of at most ${maxPreviousNames} names`;
    throw new AppError('invalid_argument', `${parameter} ${predicate}.`, { details: { parameter } });
  }
  return names.map((name: unknown) => {
    if (typeof name === 'string') return checkName(parameter, name);
    throw new AppError('invalid_argument', `${parameter} must hold text only.`, { details: { parameter } });
  });
}
