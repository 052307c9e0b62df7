import type { IncomingMessage } from 'node:http';
import { AppError } from '../../base/errors.ts';

export interface BasicCredentials {
  keyId: string;
  secret: string;
}

/**
 * The API key of a request, or null.
 *
 * @throws AppError `unauthenticated` when the header is malformed or repeated
 */
export function basicCredentials(request: IncomingMessage): BasicCredentials | null {
  const names = request.rawHeaders.filter((text, index) => index % 2 === 0 && /^authorization$/i.test(text));
  if (names.length === 0) return null;
  const header = request.headers.authorization ?? '';
  const encoded = /^basic +([A-Za-z0-9+/_=-]+) *$/i.exec(header)?.[1];
  if (names.length > 1 || encoded === undefined) throw malformedCredentials();
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) throw malformedCredentials();
  return { keyId: text.slice(0, colon), secret: text.slice(colon + 1) };
}

function malformedCredentials(): AppError {
  return new AppError(
    'unauthenticated',
    'The Authorization header must be HTTP Basic with the API key id and its secret.',
  );
}

export function credentialsMissing(): AppError {
  return new AppError(
    'unauthenticated',
    'Credentials are missing: send the API key id and its secret as HTTP Basic.',
  );
}
