import { AppError } from '../../base/errors.ts';

/** An error that says how to continue a copy that was interrupted. */
export function continuable(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'unavailable' || error.details['in_use'] === true)
    return error;
  const { message, details } = error;
  return new AppError('unavailable', `${message} Run the same command again to continue.`, {
    cause: error,
    details,
  });
}
