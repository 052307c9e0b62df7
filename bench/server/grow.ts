/**
 * Grows a database by copying rows that the server itself wrote, thousands at a time. Copies differ from the original
 * only where necessary.
 */
import type { Sql } from './places.ts';

/** `copies` more releases with all the runs of `releaseName`, named `copy-1`, `copy-2` …, as old as it in id order. */
export async function copyRelease(sql: Sql, releaseName: string, copies: number): Promise<void> {
  if (copies === 0) return;
  const [template] = await sql(`select id from releases where name = '${releaseName}'`);
  const id = Number(template!['id']);
  await copyRows(sql, 'releases', `id = ${id}`, copies, { name: `'copy-' || k` });
  const columns = (await columnsOf(sql, 'runs')).filter((name) => !['id', 'release_id'].includes(name));
  await sql(
    `insert into runs (release_id, ${columns.join(', ')})
     select fresh.id, ${columns.map((name) => `runs.${name}`).join(', ')}
     from releases as fresh, runs
     where fresh.name like 'copy-%' and runs.release_id = ${id}`,
  );
}

/**
 * Inserts `copies` copies of each row that matches `where`; expressions for changed columns may use `k`, which counts
 * from 1.
 */
export async function copyRows(
  sql: Sql,
  table: string,
  where: string,
  copies: number,
  changed: Record<string, string>,
): Promise<void> {
  const columns = (await columnsOf(sql, table)).filter((name) => !['id', 'seq'].includes(name));
  const values = columns.map((name) => changed[name] ?? name);
  await sql(
    `with recursive numbers (k) as (select 1 union all select k + 1 from numbers where k < ${copies})
     insert into ${table} (${columns.join(', ')})
     select ${values.join(', ')} from numbers, ${table} where ${where}`,
  );
}

async function columnsOf(sql: Sql, table: string): Promise<string[]> {
  const rows = await sql(`select * from ${table} limit 1`);
  if (rows.length === 0) throw new Error(`Nothing in ${table} to copy.`);
  return Object.keys(rows[0]!);
}
