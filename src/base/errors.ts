/**
 * The error class and the list of codes. Every code has a root code, which determines both the
 * HTTP status and the exit status, so that finer codes need no mapping.
 */

const rootCodes = {
  invalid_argument: { httpStatus: 400, exitStatus: 2 },
  unauthenticated: { httpStatus: 401, exitStatus: 5 },
  forbidden: { httpStatus: 403, exitStatus: 5 },
  not_found: { httpStatus: 404, exitStatus: 2 },
  conflict: { httpStatus: 409, exitStatus: 5 },
  invalid_transition: { httpStatus: 409, exitStatus: 5 },
  lease_lost: { httpStatus: 409, exitStatus: 5 },
  too_large: { httpStatus: 413, exitStatus: 2 },
  unprocessable: { httpStatus: 422, exitStatus: 3 },
  rate_limited: { httpStatus: 429, exitStatus: 5 },
  storage_full: { httpStatus: 507, exitStatus: 5 },
  unavailable: { httpStatus: 503, exitStatus: 5 },
  internal: { httpStatus: 500, exitStatus: 3 },
} as const;

export type RootErrorCode = keyof typeof rootCodes;

/** Finer codes, each with the root code that determines its HTTP and exit status. */
const fineCodes = {
  config_invalid: 'invalid_argument',
  name_invalid: 'invalid_argument',
  url_not_allowed: 'invalid_argument',
  pattern_invalid: 'invalid_argument',
  image_invalid: 'unprocessable',
  image_too_large: 'unprocessable',
  browser_missing: 'unprocessable',
  setup_failed: 'unprocessable',
  duplicate_parameter: 'invalid_argument',
  digest_mismatch: 'invalid_argument',
  invalid_credentials: 'forbidden',
  role_required: 'forbidden',
  csrf_failed: 'forbidden',
  login_state_invalid: 'invalid_argument',
  login_refused: 'forbidden',
  url_target_forbidden: 'forbidden',
  artifact_not_found: 'not_found',
  run_already_reported: 'conflict',
  task_not_live: 'conflict',
  hash_collision: 'conflict',
  artifact_corrupt: 'internal',
  outcome_unknown: 'unavailable',
} as const satisfies Record<string, RootErrorCode>;

export type ErrorCode = RootErrorCode | keyof typeof fineCodes;

export function rootCodeOf(code: ErrorCode): RootErrorCode {
  return code in fineCodes ? fineCodes[code as keyof typeof fineCodes] : (code as RootErrorCode);
}

/** Whether the database or the disk failed, so that other work would fail as well. */
export function isStorageTrouble(error: unknown): boolean {
  return error instanceof AppError && ['unavailable', 'storage_full'].includes(rootCodeOf(error.code));
}

/** HTTP status (400–507) for an error of this code. */
export function httpStatusOf(code: ErrorCode): number {
  return rootCodes[rootCodeOf(code)].httpStatus;
}

/** Exit status (2, 3 or 5) for an error of this code. */
export function exitStatusOf(code: ErrorCode): number {
  return rootCodes[rootCodeOf(code)].exitStatus;
}

/** Every code with its root and statuses, roots first: the source of `docs/errors.md`. */
export function listErrorCodes(): {
  code: ErrorCode;
  root: RootErrorCode;
  httpStatus: number;
  exitStatus: number;
}[] {
  const codes = [...Object.keys(rootCodes), ...Object.keys(fineCodes)] as ErrorCode[];
  return codes.map((code) => ({
    code,
    root: rootCodeOf(code),
    httpStatus: httpStatusOf(code),
    exitStatus: exitStatusOf(code),
  }));
}

/** An expected failure. `message` is one sentence for users: what was wrong, with which value, what to do. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** Details of a transient error: whole seconds after which to retry, also sent as `Retry-After`. */
export function retryAfter(seconds: number): { retry_after: number } {
  return { retry_after: seconds };
}

/** The seconds of `retryAfter`, or null if absent. */
export function retryAfterOf({ details }: AppError): number | null {
  const seconds = details['retry_after'];
  return typeof seconds === 'number' ? seconds : null;
}
