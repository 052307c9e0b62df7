import { camelKeys } from '../contract/letter-case.ts';
import { AppError } from '../base/errors.ts';

/** @throws AppError when something else than JSON came; another Error when what came is not whole */
export async function answerOf<T>(response: Response): Promise<T> {
  const answer = parsed(await response.text());
  if (answer !== undefined) return camelKeys(answer) as T;
  if (response.headers.get('content-type')?.startsWith('application/json') === true) {
    throw new Error('the answer is not whole');
  }
  throw new AppError(
    'unavailable',
    `The server's answer was no JSON: is there a Depicted server at ${response.url}?`,
    { details: { httpStatus: response.status } },
  );
}

/** Undefined where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
