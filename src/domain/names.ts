/** Validation of names, addresses and digests from callers. Every error names the parameter. */

import { AppError } from '../base/errors.ts';
import { invisibleCharacterIn } from '../base/invisible-text.ts';

export const maxNameLength = 255;
export const maxUrlLength = 2048;
export const maxQueueNameLength = 100;

const controlCharacter = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const loneSurrogate = /\p{Surrogate}/u;

/**
 * Validates a name of 1–255 characters without control or invisible characters; returns it unchanged.
 *
 * @throws AppError `name_invalid`
 */
export function checkName(parameter: string, name: string, maxLength = maxNameLength): string {
  const refuse = (problem: string) => {
    throw new AppError('name_invalid', `${parameter} ${problem}`, { details: { parameter } });
  };
  const length = name.length <= maxLength ? name.length : [...name].length;
  if (length === 0) refuse('must not be empty.');
  if (length > maxLength) refuse(`must be at most ${maxLength} characters long; it has ${length}.`);
  if (controlCharacter.test(name)) refuse('must not contain control characters.');
  if (loneSurrogate.test(name)) refuse('must be valid Unicode.');
  const invisible = invisibleCharacterIn(name);
  if (invisible !== null) refuse(`must not contain the invisible character ${invisible}.`);
  return name;
}

/**
 * Validates a page's address: http or https, at most 2,048 characters, without credentials.
 *
 * @throws AppError `invalid_argument` | `url_not_allowed`
 */
export function checkPageUrl(parameter: string, url: string): URL {
  const details = { parameter };
  if (url.length > maxUrlLength) {
    throw new AppError(
      'invalid_argument',
      `${parameter} must be at most ${maxUrlLength} characters long; it has ${url.length}.`,
      { details },
    );
  }
  const parsed = URL.parse(url);
  if (parsed === null) {
    throw new AppError('invalid_argument', `${parameter} is not an absolute URL: "${url.slice(0, 200)}".`, {
      details,
    });
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    throw new AppError(
      'url_not_allowed',
      `Only http and https URLs can be captured; ${parameter} has the scheme '${parsed.protocol.slice(0, -1)}'.`,
      { details },
    );
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new AppError(
      'url_not_allowed',
      `${parameter} must not contain a user name or password; use httpUserName and httpPassword in the config.`,
      { details },
    );
  }
  return parsed;
}

/**
 * Validates an address that is only shown as a link: http or https, at most 2,048 characters, no control characters.
 *
 * @throws AppError `invalid_argument` | `url_not_allowed`
 */
export function checkShownUrl(parameter: string, url: string): string {
  checkUrlText(parameter, url);
  const protocol = URL.parse(url)?.protocol;
  if (protocol !== 'http:' && protocol !== 'https:') {
    const got =
      protocol === undefined ? `got "${url.slice(0, 200)}"` : `got the scheme '${protocol.slice(0, -1)}'`;
    throw new AppError('url_not_allowed', `${parameter} must be an http or https URL; ${got}.`, {
      details: { parameter },
    });
  }
  return url;
}

/** @throws AppError `invalid_argument` */
export function checkUrlText(parameter: string, url: string): string {
  if (url.length > maxUrlLength || controlCharacter.test(url)) {
    throw new AppError(
      'invalid_argument',
      `${parameter} must be at most ${maxUrlLength} characters long and free of control characters.`,
      { details: { parameter } },
    );
  }
  const invisible = invisibleCharacterIn(url);
  if (invisible !== null) {
    throw new AppError(
      'invalid_argument',
      `${parameter} must not contain the invisible character ${invisible}; write it percent-encoded.`,
      { details: { parameter } },
    );
  }
  return url;
}

/** The default name of a run: its page's path plus query. */
export function defaultRunName(url: URL): string {
  return url.pathname + url.search;
}

/** @throws AppError `invalid_argument` */
export function checkDigest(parameter: string, digest: string): string {
  const lower = digest.toLowerCase();
  if (/^[0-9a-f]{40}$/.test(lower)) return lower;
  throw new AppError(
    'invalid_argument',
    `${parameter} must be an artifact id: the 40 hexadecimal digits of a SHA-1, got "${digest.slice(0, 60)}".`,
    { details: { parameter } },
  );
}

/** @throws AppError `invalid_argument` */
export function checkInteger(parameter: string, value: number, min: number, max: number): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new AppError(
    'invalid_argument',
    `${parameter} must be an integer from ${min} to ${max}, got ${value}.`,
    {
      details: { parameter },
    },
  );
}
