import { camelKeys } from '../contract/letter-case.ts';
import { AppError } from '../base/errors.ts';

/** @throws AppError if the answer is not JSON; another Error if it is incomplete */
export async function answerOf<T>(response: Response): Promise<T> {
  const answer = parsed(await response.text());
  if (answer !== undefined) return camelKeys(answer) as T;
  if (response.headers.get('content-type')?.startsWith('application/json') === true) {
    throw new Error('the answer is incomplete');
  }
  throw new AppError(
    'unavailable',
    `The server's answer was not JSON: is there a Depicted server at ${response.url}?`,
    { details: { httpStatus: response.status } },
  );
}

/** Undefined if it is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
