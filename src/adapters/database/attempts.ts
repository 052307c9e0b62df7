import { sql } from 'kysely';
import type { AttemptCount, AttemptRepository } from '../../ports/store/attempts.ts';
import type { Connection } from './connection.ts';

export function attemptRepository({ db }: Connection): AttemptRepository {
  async function addOne(name: string, now: number, expiredAt: number): Promise<AttemptCount> {
    const isOver = sql<boolean>`attempts.since <= ${expiredAt}`;
    return db
      .insertInto('attempts')
      .values({ name, count: 1, since: now })
      .onConflict((conflict) =>
        conflict.column('name').doUpdateSet({
          count: sql<number>`case when ${isOver} then 1 else attempts.count + 1 end`,
          since: sql<number>`case when ${isOver} then ${now} else attempts.since end`,
        }),
      )
      .returning(['count', 'since'])
      .executeTakeFirstOrThrow();
  }
  return {
    async add(names, now, expiredAt) {
      const counts = new Map<string, AttemptCount>();
      // In one order, so that two transactions never wait for each other.
      for (const name of names.toSorted()) counts.set(name, await addOne(name, now, expiredAt));
      return names.map((name) => counts.get(name)!);
    },
    async takeBack(names) {
      for (const name of names.toSorted()) {
        await db
          .updateTable('attempts')
          .set({ count: sql<number>`count - 1` })
          .where('name', '=', name)
          .where('count', '>', 0)
          .execute();
      }
    },
  };
}
