import { AppError } from '../../../base/errors.ts';
import { isUnreachable } from '../../../client/refusal.ts';

/** Whatever was thrown, as a problem; what is no problem of ours says only that something went wrong in the page. */
export function toProblem(thrown: unknown): AppError {
  if (!(thrown instanceof AppError)) return new AppError('internal', 'Something went wrong in this page.');
  if (!isUnreachable(thrown)) return thrown;
  return new AppError('unavailable', 'The server does not answer.', { cause: thrown });
}

/** HTTP status; 0 when no answer came. */
export function statusOf({ details: { httpStatus } }: AppError): number {
  return typeof httpStatus === 'number' ? httpStatus : 0;
}

/** Stands in the server's log too; empty when no answer came. */
export function requestIdOf({ details: { requestId } }: AppError): string {
  return typeof requestId === 'string' ? requestId : '';
}
