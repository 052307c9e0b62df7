/** A failed request, described for the user. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** The server's error code; `unreachable` when no answer came. */
  readonly code: string;
  /** Also in the server's log; empty when no answer came. */
  readonly requestId: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(of: {
    status: number;
    code: string;
    sentence: string;
    requestId?: string;
    details?: Readonly<Record<string, unknown>>;
  }) {
    super(of.sentence);
    this.status = of.status;
    this.code = of.code;
    this.requestId = of.requestId ?? '';
    this.details = of.details ?? {};
  }

  get sentence(): string {
    return this.message;
  }
}

export const unreachable = 'unreachable';

/** Converts anything thrown; unknown errors become a generic problem. */
export function toProblem(thrown: unknown): ApiProblem {
  if (thrown instanceof ApiProblem) return thrown;
  return new ApiProblem({ status: 0, code: 'internal', sentence: 'Something went wrong on this page.' });
}

/** Whether the same request may succeed later. */
export function isPassing({ code, status }: ApiProblem): boolean {
  return code === unreachable || status === 429 || status === 502 || status === 503 || status === 504;
}
