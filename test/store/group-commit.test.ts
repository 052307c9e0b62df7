import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { GroupCommit } from '../../src/adapters/database/group-commit.ts';
import type { Repositories } from '../../src/adapters/database/repositories.ts';
import type { Transaction } from '../../src/ports/store.ts';
import { namesIn, valueOf } from './support/sqlite-values.ts';

/** A group commit over a bare table, with a count of the commits. */
function bareGroupCommit(maxGroup = 256, prepare = (_database: DatabaseSync) => {}) {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-group-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const database = new DatabaseSync(join(folder, 'bare.db'));
  database.exec('pragma journal_mode = wal');
  database.exec('create table entries (text text unique)');
  prepare(database);
  let groups = 0;
  const queue = new GroupCommit(database, {} as Repositories, {
    maxGroup,
    busyMs: 0,
    sleep: () => Promise.resolve(),
    onWrite: () => groups++,
  });
  onTestFinished(() => void database.close());
  const add = (text: string) => async () => void database.prepare('insert into entries values (?)').run(text);
  const all = () => queue.read(async () => namesIn(database, 'select text from entries order by 1'));
  return { database, queue, add, all, groups: () => groups };
}

/** A connection whose statements and pragmas may be refused. */
function failing(database: DatabaseSync, refuse: (text: string) => void): void {
  const prepare = database.prepare.bind(database);
  const exec = database.exec.bind(database);
  vi.spyOn(database, 'prepare').mockImplementation((text: string) => {
    const statement = prepare(text);
    const run = statement.run.bind(statement);
    statement.run = ((...values: SQLInputValue[]) => {
      refuse(text);
      return run(...values);
    }) as typeof statement.run;
    return statement;
  });
  vi.spyOn(database, 'exec').mockImplementation((text: string) => {
    refuse(text);
    exec(text);
  });
}

describe('group commit', () => {
  it('shares one commit among all that wait, and undoes only what fails', async () => {
    const { queue, add, all, groups } = bareGroupCommit();
    const failing = async () => {
      await add('half')();
      throw new Error('refused');
    };
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: 20 }, (_, index) => queue.write(add(`t${index}`))),
      queue.write(failing),
      queue.write(add('t0')),
      queue.write(add('last')),
    ]);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(2);
    expect(await all()).toHaveLength(21);
    expect(await all()).not.toContain('half');
    expect(groups()).toBe(1);
  });

  it('bounds a group, answers in order, and runs effects after the commit only', async () => {
    const { database, queue, add, groups } = bareGroupCommit(5);
    const order: string[] = [];
    const work = (text: string) => async (tx: Transaction) => {
      await add(text)();
      tx.afterCommit(() => order.push(`${text} ${database.isTransaction ? 'inside' : 'committed'}`));
    };
    await Promise.all(
      Array.from({ length: 12 }, (_, index) => queue.write(work(String.fromCharCode(97 + index)))),
    );
    expect(groups()).toBe(3);
    expect(order.slice(0, 2)).toEqual(['a committed', 'b committed']);
    expect(order).toHaveLength(12);
    await queue
      .write(async (tx) => {
        tx.afterCommit(() => order.push('never'));
        throw new Error('refused');
      })
      .catch(() => undefined);
    expect(order).not.toContain('never');
  });

  it('fails the whole group when the space runs out, then works again', async () => {
    const { database, queue, add, all } = bareGroupCommit();
    await queue.write(add('first'));
    database.exec(`pragma max_page_count = ${String(valueOf(database, 'pragma page_count'))}`);
    const outcomes = await Promise.allSettled([
      queue.write(add('small')),
      queue.write(add('x'.repeat(100_000))),
      queue.write(add('other')),
    ]);
    const codes = outcomes.map((outcome) => (outcome as PromiseRejectedResult).reason as { code: string });
    expect(codes.map((error) => error.code)).toEqual(['storage_full', 'storage_full', 'storage_full']);
    expect(await all(), 'reads go on, nothing half').toEqual(['first']);
    database.exec('pragma max_page_count = 1000000');
    await queue.write(add('again'));
    expect(await all()).toEqual(['again', 'first']);
    expect(valueOf(database, 'pragma integrity_check')).toBe('ok');
  });

  it.each([
    ...['begin', 'begin immediate', 'savepoint job', 'release job', 'rollback to job', 'rollback', 'commit'],
    ...['pragma query_only = on', 'pragma query_only = off'],
  ])('P21: goes on after SQLite refused "%s" once, or several times', async (statement) => {
    for (const times of [1, 2, 3]) {
      let left = 0;
      let refusals = 0;
      const refuse = (text: string) => {
        if (text !== statement || left === 0) return;
        left--;
        refusals++;
        throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' });
      };
      const { queue, add, all } = bareGroupCommit(256, (database) => failing(database, refuse));
      await queue.write(add('before'));
      left = times;
      const attempts = [];
      for (let round = 0; round < 5; round++) {
        attempts.push(
          queue.write(add(`write ${round}`)),
          queue.read(async () => undefined),
          queue.write(async () => {
            await add(`half ${round}`)();
            throw new Error('refused');
          }),
        );
        if (round % 2 === 1) await Promise.allSettled(attempts);
      }
      const outcomes = await Promise.allSettled(attempts);
      expect([left, refusals]).toEqual([0, times]);
      await queue.write(add('after'));
      const kept = outcomes.flatMap(({ status }, index) =>
        index % 3 === 0 && status === 'fulfilled' ? [`write ${index / 3}`] : [],
      );
      expect(await all()).toEqual(['after', 'before', ...kept].sort());
      await queue.drain();
    }
  });

  it('says that something is saved although an effect of it throws', async () => {
    const { queue, add, all } = bareGroupCommit();
    const outcomes = await Promise.allSettled([
      queue.write(async (tx) => {
        await add('first')();
        tx.afterCommit(() => {
          throw new Error('an effect that must not throw');
        });
      }),
      queue.write(add('second')),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await all()).toEqual(['first', 'second']);
  });

  it('refuses writes in a read', async () => {
    const { queue, add, all } = bareGroupCommit();
    await expect(queue.read(add('sneaky'))).rejects.toThrow();
    await queue.write(add('honest'));
    expect(await all()).toEqual(['honest']);
  });

  it('takes in what is asked for at any moment, and drains', async () => {
    const { queue, add, all } = bareGroupCommit();
    const chain = async (name: string) => {
      for (let index = 0; index < 20; index++) {
        await queue.write(add(`${name}${index}`));
        await queue.read(async () => undefined);
      }
    };
    await Promise.all(['a', 'b', 'c'].map(chain));
    void queue.write(add('late'));
    await queue.drain();
    expect(await all()).toHaveLength(61);
  });
});
