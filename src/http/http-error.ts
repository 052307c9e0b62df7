import { AppError, type ErrorCode } from '../base/errors.ts';

/** A refusal with its own HTTP status. */
export class HttpError extends AppError {
  readonly httpStatus: number;

  constructor(httpStatus: number, code: ErrorCode, message: string) {
    super(code, message);
    this.httpStatus = httpStatus;
  }
}
