import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { AppError } from '../../base/errors.ts';
import type { Logger } from '../../ports/logger.ts';
import { cut, presenceLock } from './postgres-session.ts';

/** The second half is the schema's, so that two schemas are two databases. */
const keys = `${presenceLock}, hashtext(current_schema())`;
const retryMs = 2_000;
const deadHoldsMs = 3_000;
const lockRetryMs = 100;

/** Servers and administration hold the lock together; a move holds it alone. @returns whether it was free */
export async function takePresenceLock(client: pg.Client, mode: 'shared' | 'alone'): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(
    `select pg_try_advisory_lock${mode === 'shared' ? '_shared' : ''}(${keys}) as taken`,
  );
  return rows[0]!.taken;
}

/** Waits a little: a move that was killed holds the lock until PostgreSQL has finished its last statement. */
export async function takeLockAlone(client: pg.Client): Promise<boolean> {
  for (const until = performance.now() + deadHoldsMs; ; await sleep(lockRetryMs)) {
    if (await takePresenceLock(client, 'alone')) return true;
    if (performance.now() > until) return false;
  }
}

export interface Presence {
  leave(): void;
}

/**
 * Tells others that the database is in use, on a separate connection, until `leave` or the end of the process. A
 * connection that is lost is replaced.
 *
 * @throws AppError `unavailable` while the database is being moved, and errors of the connection
 */
export async function announcePresence(
  options: pg.ClientConfig,
  logger?: Pick<Logger, 'warn'>,
): Promise<Presence> {
  const leaving = new AbortController();
  let client = await enter();

  async function enter(): Promise<pg.Client> {
    const entered = new pg.Client({ ...options, keepAlive: true });
    entered.on('error', () => undefined);
    try {
      await entered.connect();
      if (!(await takePresenceLock(entered, 'shared'))) throw beingMoved();
    } catch (error) {
      cut(entered);
      throw error;
    }
    entered.once('end', () => void enterAgain());
    return entered;
  }

  async function enterAgain(): Promise<void> {
    while (!leaving.signal.aborted) {
      try {
        client = await enter();
        if (leaving.signal.aborted) cut(client);
        return;
      } catch (error) {
        if (error instanceof AppError) logger?.warn(error.message);
        await sleep(retryMs, undefined, { signal: leaving.signal, ref: false }).catch(() => undefined);
      }
    }
  }

  return {
    leave() {
      leaving.abort();
      cut(client);
    },
  };
}

function beingMoved(): AppError {
  return new AppError(
    'unavailable',
    'The database is being moved or restored, so nothing else may use it. Wait until that command has ended.',
    { details: { in_use: true } },
  );
}
