import { AppError, retryAfter } from '../../base/errors.ts';
import { plainReason } from '../../base/plain-reason.ts';

/** Result codes of temporary failures: the same call may work a moment later. */
const sqliteUnavailable = /^SQLITE_(BUSY|LOCKED|IOERR|CANTOPEN|READONLY|PROTOCOL|CORRUPT|NOTADB|AUTH)/;

/** Classes of SQLSTATE: connection, resources, operator intervention, system errors. */
const postgresUnavailable = /^(08|53|57|58)/;
const postgresDiskFull = ['53100', '53200'];
const networkCodes = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EHOSTUNREACH',
];

/** Conflicts between transactions; the loser can be rerun. */
const postgresConflicts = ['40001', '40P01'];

/** The primary result codes of SQLite that matter here; Node reports only numbers. */
const sqliteResults: Record<number, string> = {
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  7: 'SQLITE_NOMEM',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  15: 'SQLITE_PROTOCOL',
  19: 'SQLITE_CONSTRAINT',
  23: 'SQLITE_AUTH',
  26: 'SQLITE_NOTADB',
};

/** @returns SQLite's name of a primary result, PostgreSQL's SQLSTATE, or Node's code; empty if there is none */
export function codeOf(error: unknown): string {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
  if (code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number') {
    // The low byte of an extended result is the primary one.
    return sqliteResults[errcode & 0xff] ?? `SQLITE_${errcode & 0xff}`;
  }
  return typeof code === 'string' ? code : '';
}

/** The artifact was dropped between being found and being owned, or owned between being found and being dropped. */
const droppedMeanwhile = { code: '23503', constraint: 'artifact_ownerships_sha1_fkey' };

export function isTransactionConflict(error: unknown): boolean {
  const code = codeOf(error);
  if (code === droppedMeanwhile.code) {
    return (error as { constraint?: unknown }).constraint === droppedMeanwhile.constraint;
  }
  return postgresConflicts.includes(code) || isOutdatedPlan(error);
}

/** Another server changed a table, so a statement that was prepared before has other columns now. */
export function isOutdatedPlan(error: unknown): boolean {
  return (
    codeOf(error) === '0A000' &&
    error instanceof Error &&
    /cached plan must not change result type/.test(error.message)
  );
}

/** The row was changed by another transaction after it was read. The transaction is rerun, as after a conflict. */
export class StaleRow extends Error {
  readonly code = postgresConflicts[0];
  constructor(what: string) {
    super(`${what} was changed by another transaction.`);
    this.name = 'StaleRow';
  }
}

/**
 * A failure during a commit. If the database answered, everything was rolled back; if the connection broke or the
 * database was stopped, the result is unknown.
 */
export function toCommitError(error: unknown): unknown {
  const known = toAppError(error);
  const isUnknown =
    known instanceof AppError && known.code === 'unavailable' && !isTransactionConflict(error);
  if (!isUnknown) return known;
  return new AppError(
    'outcome_unknown',
    'The connection to the database broke while saving, so it is unknown whether this was saved. Try again; repeating is safe.',
    { cause: error, details: { retry_after: 5 } },
  );
}

/** Why a database could not be opened, in one line. */
export function reasonOf(error: unknown): string {
  return plainReason(error instanceof Error && error.message !== '' ? error.message : codeOf(error));
}

/** Converts a failure of the database into an AppError; errors thrown by the core pass through. */
export function toAppError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  if (code.startsWith('SQLITE_FULL') || postgresDiskFull.includes(code)) {
    return new AppError(
      'storage_full',
      'The server has no space left to store this. Nothing was changed; try later.',
      {
        cause: error,
      },
    );
  }
  const message = error instanceof Error ? error.message : '';
  const lostConnection =
    /connection (terminated|is not open|ended)|has encountered a connection error|client was closed|timeout exceeded when trying to connect|pool after calling end/i;
  const isUnavailable =
    sqliteUnavailable.test(code) ||
    postgresUnavailable.test(code) ||
    networkCodes.includes(code) ||
    isTransactionConflict(error) ||
    lostConnection.test(message);
  if (!isUnavailable) return error;
  return new AppError(
    'unavailable',
    'The database cannot be reached or is busy. Nothing was changed; try again.',
    {
      cause: error,
      details: retryAfter(5),
    },
  );
}
