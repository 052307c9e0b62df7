import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../../base/errors.ts';
import { checkName } from '../../domain/names.ts';

/** What people of a server without logins call themselves: percent-encoded UTF-8, unverified. */
const reviewerHeader = 'x-dpxdt-reviewer';

const maxLength = 100;

/** @throws AppError `name_invalid` | `invalid_argument` */
export function reviewerName(headers: IncomingHttpHeaders): string | undefined {
  const sent = headers[reviewerHeader];
  if (typeof sent !== 'string' || sent.trim() === '') return undefined;
  return checkName(reviewerHeader, decoded(sent).trim(), maxLength);
}

function decoded(sent: string): string {
  try {
    return decodeURIComponent(sent);
  } catch {
    throw new AppError(
      'invalid_argument',
      `${reviewerHeader} must be a name as percent-encoded UTF-8, such as "Zo%C3%AB"; got ${JSON.stringify(sent.slice(0, 60))}.`,
      { details: { parameter: reviewerHeader } },
    );
  }
}
