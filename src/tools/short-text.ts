import { madeVisible } from '../base/invisible-text.ts';

/**
 * A text that comes from elsewhere, as the API takes names: one line of valid Unicode without control characters, nothing
 * in it that cannot be seen, at most `maxLength` characters. Null where nothing is left.
 */
export function shortText(value: unknown, maxLength: number): string | null {
  if (typeof value !== 'string') return null;
  const clean = madeVisible(value)
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '')
    .toWellFormed()
    .trim();
  return clean === '' ? null : clean.slice(0, maxLength).toWellFormed().trim();
}
