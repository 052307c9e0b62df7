import { parseStrictJson } from '../../contract/strict-json.ts';
import { AppError } from '../../base/errors.ts';

/** Names and raw values as they were sent; one value per name. */
export type Fields = Record<string, unknown>;

export function emptyFields(): Fields {
  return Object.create(null) as Fields;
}

/** @throws AppError `duplicate_parameter` */
export function addField(fields: Fields, name: string, value: unknown): void {
  if (Object.hasOwn(fields, name)) throw duplicateParameter(name);
  fields[name] = value;
}

export function duplicateParameter(name: string): AppError {
  const shown = name.slice(0, 100);
  return new AppError('duplicate_parameter', `${shown} was sent more than once.`, {
    details: { parameter: shown },
  });
}

/** Fields of a form or of a query string. */
export function readForm(text: string): Fields {
  const fields = emptyFields();
  for (const [name, value] of new URLSearchParams(text)) addField(fields, name, value);
  return fields;
}

/** Members of a JSON object. */
export function readJson(text: string): Fields {
  const value = text.trim() === '' ? {} : parseStrictJson(text, 'The request body');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('invalid_argument', 'The request body must be a JSON object.');
  }
  return Object.assign(emptyFields(), value);
}
