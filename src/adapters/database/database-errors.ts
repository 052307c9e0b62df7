import { AppError, retryAfter } from '../../domain/errors.ts';

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

export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
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
    'The connection to the database broke at the moment of saving, so it is not known whether this was saved. Try again: what was saved is found then.',
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
