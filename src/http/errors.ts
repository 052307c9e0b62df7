import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorBody } from '../contract/operation.ts';
import {
  AppError,
  httpStatusOf,
  retryAfter,
  retryAfterOf,
  rootCodeOf,
  type RootErrorCode,
} from '../base/errors.ts';
import type { Logger } from '../ports/logger.ts';
import { HttpError } from './http-error.ts';

/** Default `Retry-After` in seconds. */
const usualRetryAfterSeconds = 5;

/** Converts anything thrown to an AppError; unexpected errors become `internal`. */
function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { statusCode, code } = error as Partial<FastifyError>;
  if (code?.startsWith('FST_') === true && statusCode !== undefined && statusCode < 500) {
    if (statusCode === 413) return new AppError('too_large', 'The request is too large.', { cause: error });
    return new AppError('invalid_argument', 'The request is malformed.', { cause: error });
  }
  return new AppError(
    'internal',
    'Something went wrong on the server. Give its operator the request ID; the cause is in the log.',
    { cause: error },
  );
}

export function statusOf(error: AppError): number {
  return error instanceof HttpError ? error.httpStatus : httpStatusOf(error.code);
}

/** Server failures whose message may be sent to callers. */
const tellable: readonly RootErrorCode[] = ['unavailable', 'storage_full'];

/** The body of an error. Internal details are only logged. */
function errorBody(error: AppError, requestId: string): ErrorBody {
  const isOurs = statusOf(error) >= 500 && !tellable.includes(rootCodeOf(error.code));
  return {
    error: error.message,
    code: error.code,
    details: isOurs ? {} : { ...error.details, ...retryDetails(error) },
    request_id: requestId,
  };
}

/** `Retry-After` seconds for transient errors. */
function retryDetails(error: AppError): { retry_after?: number } {
  const status = statusOf(error);
  if (status !== 429 && status !== 503) return {};
  return retryAfter(retryAfterOf(error) ?? usualRetryAfterSeconds);
}

/** Sends an error; the only place where errors become HTTP. */
export function sendError(
  logger: Logger,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const error = toAppError(thrown);
  const status = statusOf(error);
  if (rootCodeOf(error.code) === 'internal') {
    logger.error('request failed', { requestId: request.id, code: error.code, error: describeCause(thrown) });
  }
  request.errorCode = error.code;
  // Scripted requests must not trigger the browser's password prompt.
  const isScript = request.headers['x-requested-with'] === 'XMLHttpRequest';
  if (status === 401 && !isScript)
    void reply.header('www-authenticate', 'Basic realm="dpxdt", charset="UTF-8"');
  const { retry_after: waitSeconds } = retryDetails(error);
  if (waitSeconds !== undefined) void reply.header('retry-after', String(waitSeconds));
  void reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(errorBody(error, request.id)));
}

function describeCause(thrown: unknown): string {
  const lines: string[] = [];
  for (let error = thrown; error instanceof Error && lines.length < 5; error = error.cause) {
    lines.push(error.stack ?? String(error));
  }
  return lines.length > 0 ? lines.join('\ncaused by: ') : String(thrown);
}
