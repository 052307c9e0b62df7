import { AppError, listErrorCodes, type ErrorCode } from '../base/errors.ts';

/** Time limit for reading an error body. */
const refusalMs = 10_000;
/** The server refused before it did anything. */
export const refusedUntouched = new Set([429, 503]);
/** The connection to the server broke; it may have acted. */
export const brokenBetween = new Set([502, 504]);

/** The server's error, with its code if this client knows it. */
export async function refusal(response: Response): Promise<AppError> {
  const body = await inTime(response);
  const { error, code, details, request_id: requestId } = isObject(body) ? body : {};
  const message = typeof error === 'string' ? error : `The server responded with status ${response.status}.`;
  return new AppError(knownCode(code) ?? codeOfStatus(response.status), message, {
    details: {
      ...(isObject(details) && details),
      httpStatus: response.status,
      ...(typeof requestId === 'string' && { requestId }),
    },
  });
}

/** Whether the server never answered. */
export function isUnreachable(error: AppError): boolean {
  return error.code === 'unavailable' && error.details['httpStatus'] === undefined;
}

/** Whether the same call may succeed later. */
export function isPassing(error: AppError): boolean {
  const { httpStatus } = error.details;
  if (typeof httpStatus !== 'number') return isUnreachable(error);
  return refusedUntouched.has(httpStatus) || brokenBetween.has(httpStatus);
}

/** The body of a refusal, or null if it is not JSON or does not arrive. */
async function inTime(response: Response): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      resolve(null);
      void response.body?.cancel().catch(() => {});
    }, refusalMs);
  });
  try {
    return await Promise.race([response.json() as Promise<unknown>, late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

const codes = listErrorCodes();

function knownCode(code: unknown): ErrorCode | null {
  return codes.find((known) => known.code === code)?.code ?? null;
}

function codeOfStatus(status: number): ErrorCode {
  const root = codes.find((known) => known.httpStatus === status && known.code === known.root);
  return root?.code ?? (status >= 500 ? 'unavailable' : 'invalid_argument');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
