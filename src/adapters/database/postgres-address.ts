import { AppError } from '../../base/errors.ts';

/** Of libpq, but the driver checks the server's certificate in each of them. */
const verifying = ['prefer', 'require', 'verify-ca'];
const sslModes = ['disable', 'no-verify', ...verifying, 'verify-full'];

/**
 * The address of a database as the driver takes it without a warning.
 *
 * @throws AppError `invalid_argument` if it cannot be read; the message does not show it
 */
export function postgresAddress(url: string): string {
  // The host of a socket is in the query.
  const parsed = URL.parse(url) ?? URL.parse(url.replace('@/', '@localhost/'));
  if (parsed === null) {
    throw new AppError(
      'invalid_argument',
      'The address of the database cannot be read: write postgres://user:password@host:5432/database, with special characters of the password percent-encoded, such as %23 for #.',
    );
  }
  const mode = parsed.searchParams.get('sslmode');
  if (mode === null || parsed.searchParams.has('uselibpqcompat')) return url;
  if (!sslModes.includes(mode)) {
    throw new AppError(
      'invalid_argument',
      `The address of the database has the sslmode "${mode.slice(0, 40)}": write disable, require, verify-full or no-verify.`,
    );
  }
  return verifying.includes(mode) ? url.replace(/([?&]sslmode=)[^&#]*/, '$1verify-full') : url;
}
