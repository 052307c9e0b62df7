import { AppError, retryAfter } from '../../base/errors.ts';

/** Result codes after which the same call may work a moment later. */
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

/** Transactions that met each other; the loser may simply be run again. */
const postgresConflicts = ['40001', '40P01'];

/** SQLite's primary result codes that mean something here; Node gives their numbers only. */
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

/** @returns SQLite's name of a primary result, PostgreSQL's SQLSTATE, or Node's code; empty when there is none */
export function codeOf(error: unknown): string {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
  if (code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number') {
    // An extended result keeps the primary one in its low byte.
    return sqliteResults[errcode & 0xff] ?? `SQLITE_${errcode & 0xff}`;
  }
  return typeof code === 'string' ? code : '';
}

export function isTransactionConflict(error: unknown): boolean {
  return postgresConflicts.includes(codeOf(error));
}

/** The row is not as it was read: somebody else changed it meanwhile. The transaction is run again, like after a conflict. */
export class StaleRow extends Error {
  readonly code = postgresConflicts[0];
  constructor(what: string) {
    super(`${what} was changed by another transaction.`);
    this.name = 'StaleRow';
  }
}

/**
 * A failure while a commit was under way. Where the database answered, it has undone everything; where the connection
 * broke, or the database was ended, nobody knows.
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

/** A failure of the database as the core knows it; what the core threw itself passes through. */
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
