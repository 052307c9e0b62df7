import { AppError } from '../../base/errors.ts';

/**
 * Parses a flag's number; when `min` is whole, so must the number be.
 *
 * @throws AppError `invalid_argument` that names the flag
 */
export function readNumber(flag: string, text: string, min: number, max: number): number {
  const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  const isWhole = !Number.isInteger(min) || Number.isInteger(value);
  if (value >= min && value <= max && isWhole) return value;
  throw new AppError(
    'invalid_argument',
    `${flag} must be a ${Number.isInteger(min) ? 'whole ' : ''}number from ${min} to ${max}, got "${text.slice(0, 60)}".`,
  );
}
