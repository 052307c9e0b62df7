import { madeVisible } from '../base/invisible-text.ts';

/**
 * Makes an external text a valid name for the API: one line of valid Unicode without control or invisible characters,
 * at most `maxLength` characters. Null if nothing is left.
 */
export function shortText(value: unknown, maxLength: number): string | null {
  if (typeof value !== 'string') return null;
  const clean = madeVisible(value)
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '')
    .toWellFormed()
    .trim();
  return clean === '' ? null : clean.slice(0, maxLength).toWellFormed().trim();
}
