import { sql, type RawBuilder } from 'kysely';
import type { LifeTimeRepository, MortalKind } from '../../ports/store/life-times.ts';
import type { Connection } from './connection.ts';
import type { Schema } from './schema.ts';

interface Mortal {
  table: keyof Schema;
  key: string;
  /** Time in epoch milliseconds. */
  time: string;
  /** Rows that never go. */
  except?: RawBuilder<boolean>;
  /**
   * Whether rows get their key and their time in the same order. Then the oldest are found by the key, without an index
   * on the time.
   */
  isInOrder?: boolean;
}

const mortals: Record<MortalKind, Mortal> = {
  tasks: { table: 'tasks', key: 'seq', time: 'finished_at' },
  activity: { table: 'activity', key: 'id', time: 'at', isInOrder: true },
  mails: {
    table: 'mails',
    key: 'id',
    time: 'created_at',
    except: sql<boolean>`due_at is not null`,
    isInOrder: true,
  },
  events: {
    table: 'event_deliveries',
    key: 'id',
    time: 'created_at',
    except: sql<boolean>`due_at is not null`,
    isInOrder: true,
  },
  ciKeys: { table: 'api_keys', key: 'id', time: 'expires_at' },
  usedTokens: { table: 'used_tokens', key: 'digest', time: 'expires_at' },
  invitations: { table: 'invitations', key: 'id', time: 'expires_at' },
  sessions: { table: 'sessions', key: 'id', time: 'expires_at' },
  oneTimeTokens: { table: 'verifications', key: 'id', time: 'expires_at' },
  attempts: { table: 'attempts', key: 'name', time: 'since' },
};

export function lifeTimeRepository({ db, kind: database }: Connection): LifeTimeRepository {
  return {
    async deleteBefore(kind, before, limit) {
      const { table, key, time, except = sql<boolean>`1 = 0`, isInOrder = false } = mortals[kind];
      const [from, id, at] = [sql.table(table), sql.ref(key), sql.ref(time)];
      const isDue = sql<boolean>`${at} < ${before} and not (${except})`;
      const skip = database === 'sqlite' ? sql`` : sql` for update skip locked`;
      const some = isInOrder
        ? sql`select ${id} from (select * from ${from} order by ${id} limit ${limit}) as oldest where ${isDue}`
        : sql`select ${id} from ${from} where ${isDue} order by ${at} limit ${limit}${skip}`;
      const { numAffectedRows = 0n } = await sql`delete from ${from} where ${id} in (${some})`.execute(db);
      return Number(numAffectedRows);
    },
  };
}
