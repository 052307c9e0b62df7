import { AppError } from '../../base/errors.ts';

/** An error that says how to continue a copy that was interrupted. */
export function continuable(error: unknown): unknown {
  if (!(error instanceof AppError) || error.details['in_use'] === true) return error;
  const { code, message, details } = error;
  if (code !== 'unavailable' && code !== 'storage_full') return error;
  const whatToDo =
    code === 'storage_full'
      ? 'Make room, then run the same command again to continue.'
      : 'Run the same command again to continue.';
  const what = message.replace(/ Nothing was changed[.;].*$/, '');
  return new AppError(code, `${what} ${whatToDo}`, { cause: error, details });
}
