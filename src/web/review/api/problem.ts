import { AppError } from '../../../base/errors.ts';
import { isUnreachable } from '../../../client/refusal.ts';

/** Converts anything thrown; unknown errors become a generic problem. */
export function toProblem(thrown: unknown): AppError {
  if (!(thrown instanceof AppError)) return new AppError('internal', 'Something went wrong on this page.');
  if (!isUnreachable(thrown)) return thrown;
  return new AppError('unavailable', 'The server is not responding.', { cause: thrown });
}

/** HTTP status; 0 when no answer came. */
export function statusOf({ details: { httpStatus } }: AppError): number {
  return typeof httpStatus === 'number' ? httpStatus : 0;
}

/** Also in the server's log; empty when no answer came. */
export function requestIdOf({ details: { requestId } }: AppError): string {
  return typeof requestId === 'string' ? requestId : '';
}
