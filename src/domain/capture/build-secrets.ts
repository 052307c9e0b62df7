/** Secrets that a build keeps, so that neither configs nor the machines that send them need to have them. */

import { AppError } from '../../base/errors.ts';
import { secretName } from './secrets.ts';

/** A secret as it is stored. The name is unique within the build. */
export interface BuildSecret {
  buildId: number;
  name: string;
  /** Sealed. */
  value: Uint8Array;
  /** Origins of the frames in which it is filled in, such as `https://shop.example`. */
  origins: readonly string[];
  updatedAt: number;
  updatedBy: string;
}

export const buildSecretLimits = {
  secrets: 100,
  nameCharacters: 64,
  /** Of the value in UTF-8. */
  bytes: 4_096,
  /** Shorter values cannot be masked in logs: masking them would hide half of every log. */
  characters: 4,
  origins: 20,
  originCharacters: 255,
} as const;

/** @throws AppError `invalid_argument` */
export function checkSecretName(name: string): string {
  if (secretName.test(name)) return name;
  throw refused(
    'name',
    `name must begin with a letter or underscore and have only letters, digits and underscores, at most ${buildSecretLimits.nameCharacters}.`,
  );
}

/** The message never has the value. @throws AppError `invalid_argument` */
export function checkSecretValue(value: string): string {
  const { bytes, characters } = buildSecretLimits;
  if (value.length < characters)
    throw refused(
      'value',
      `value must have at least ${characters} characters: shorter ones cannot be masked in logs.`,
    );
  if (new TextEncoder().encode(value).byteLength > bytes)
    throw refused('value', `value must have at most ${bytes.toLocaleString('en-US')} bytes.`);
  if (value.includes('\0') || !value.isWellFormed())
    throw refused('value', 'value must be text without NUL characters.');
  return value;
}

/** Origins as browsers write them, each once. @throws AppError `invalid_argument` */
export function checkSecretOrigins(origins: readonly string[]): string[] {
  const { origins: most } = buildSecretLimits;
  if (origins.length === 0 || origins.length > most)
    throw refused(
      'origins',
      `origins must be a list of 1 to ${most} origins, such as "https://shop.example".`,
    );
  return [...new Set(origins.map(checkOrigin))];
}

function checkOrigin(text: string): string {
  const isShort = text.length <= buildSecretLimits.originCharacters;
  const url = isShort && URL.canParse(text) ? new URL(text) : null;
  const isOrigin =
    url !== null &&
    ['http:', 'https:'].includes(url.protocol) &&
    `${url.username}${url.password}${url.search}${url.hash}` === '' &&
    url.pathname === '/' &&
    !/[?#*]/.test(text);
  if (isOrigin) return url.origin;
  throw refused(
    'origins',
    `origins: ${JSON.stringify(text.slice(0, 60))} is not an origin. Write scheme, host and port only, such as "https://shop.example" or "http://localhost:8000".`,
  );
}

function refused(parameter: string, sentence: string): AppError {
  return new AppError('invalid_argument', sentence, { details: { parameter } });
}
