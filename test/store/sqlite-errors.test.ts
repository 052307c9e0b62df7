import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { codeOf, toAppError } from '../../src/adapters/database/database-errors.ts';

describe('failures of SQLite, by the name of their primary result', () => {
  const failureOf = (work: () => unknown): unknown => {
    try {
      work();
    } catch (error) {
      return error;
    }
    throw new Error('Nothing failed.');
  };

  it.each<[name: string, isUnavailable: boolean, provoke: (folder: string) => unknown]>([
    ['SQLITE_CANTOPEN', true, (folder) => new DatabaseSync(join(folder, 'none', 'a.db'))],
    [
      'SQLITE_NOTADB',
      true,
      (folder) => {
        writeFileSync(join(folder, 'a.db'), 'no database, but long enough to look like one'.repeat(40));
        new DatabaseSync(join(folder, 'a.db')).prepare('select * from sqlite_master').all();
      },
    ],
    [
      'SQLITE_READONLY',
      true,
      (folder) => {
        new DatabaseSync(join(folder, 'a.db')).exec('create table t (id integer)');
        new DatabaseSync(join(folder, 'a.db'), { readOnly: true }).exec('insert into t values (1)');
      },
    ],
    [
      'SQLITE_CONSTRAINT',
      false,
      () => new DatabaseSync(':memory:').exec('create table t (id unique); insert into t values (1), (1)'),
    ],
    ['SQLITE_1', false, () => new DatabaseSync(':memory:').exec('select * from nowhere')],
  ])('%s', (name, isUnavailable, provoke) => {
    const folder = mkdtempSync(join(tmpdir(), 'dpxdt-sqlite-errors-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const error = failureOf(() => provoke(folder));
    expect(codeOf(error)).toBe(name);
    expect(toAppError(error)).toEqual(
      isUnavailable ? expect.objectContaining({ code: 'unavailable' }) : error,
    );
  });
});
