/** Why S3 did not do what it was asked. */
export type S3Problem =
  /** No usable answer, or one that says to come back later. */
  | 'unreachable'
  /** The answer was no: wrong key, no right, no such bucket, a setting that does not fit. */
  | 'refused'
  /** No space, or over a quota. */
  | 'full';

/** Never says that an object is missing: that is a result, not an error. */
export class S3Error extends Error {
  readonly problem: S3Problem;
  /** Of the answer; null without one. */
  readonly status: number | null;
  /** S3's own, such as `SignatureDoesNotMatch`. */
  readonly s3Code: string | null;

  constructor(
    problem: S3Problem,
    message: string,
    options: { status?: number; s3Code?: string | null; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'S3Error';
    this.problem = problem;
    this.status = options.status ?? null;
    this.s3Code = options.s3Code ?? null;
  }
}
