import { AppError, type ErrorCode } from '../base/errors.ts';

/** A refusal that HTTP has a status of its own for. */
export class HttpError extends AppError {
  readonly httpStatus: number;

  constructor(httpStatus: number, code: ErrorCode, message: string) {
    super(code, message);
    this.httpStatus = httpStatus;
  }
}
