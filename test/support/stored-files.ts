/** What a server left in its data folder, seen without it. */

import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';

export interface StoredFiles {
  /** Files of artifacts without a row. */
  orphans: string[];
  /** Rows of artifacts without a file. */
  missing: string[];
  /** What uploads left behind. */
  unfinished: string[];
}

/** Compares files with rows. Only while no server runs. */
export async function storedFiles(dataFolder: string, databaseUrl: string | null): Promise<StoredFiles> {
  const artifacts = join(dataFolder, 'artifacts');
  const files = readdirSync(artifacts)
    .filter((name) => /^[0-9a-f]{2}$/.test(name))
    .flatMap((name) => readdirSync(join(artifacts, name)));
  const rows = await artifactRows(dataFolder, databaseUrl);
  const known = new Set(rows.map(({ sha1 }) => sha1));
  const present = new Set(files);
  return {
    orphans: files.filter((name) => !known.has(name)),
    missing: rows.filter(({ sha1, inFile }) => inFile && !present.has(sha1)).map(({ sha1 }) => sha1),
    unfinished: [...readdirSync(join(artifacts, 'tmp')), ...readdirSync(join(dataFolder, 'tmp'))],
  };
}

/** As if every file had been made hours ago, and the folder had met its database a week ago. Only while no server runs. */
export function makeOld(dataFolder: string): void {
  const labelFile = join(dataFolder, 'artifacts', 'store.json');
  const label = JSON.parse(readFileSync(labelFile, 'utf8')) as Record<string, unknown>;
  const weekAgo = new Date(Date.now() - 7 * 86_400_000).toISOString();
  writeFileSync(labelFile, JSON.stringify({ ...label, joined_at: weekAgo }));
  const hoursAgo = Date.now() / 1_000 - 7_200;
  for (const entry of readdirSync(dataFolder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), hoursAgo, hoursAgo);
  }
}

interface ArtifactRow {
  sha1: string;
  /** Else its bytes are in the row. */
  inFile: boolean;
}

const query = 'select sha1, case when content is null then 1 else 0 end as in_file from artifacts';

async function artifactRows(dataFolder: string, databaseUrl: string | null): Promise<ArtifactRow[]> {
  type Row = { sha1: string; in_file: number };
  const toRow = ({ sha1, in_file }: Row) => ({ sha1, inFile: in_file === 1 });
  if (databaseUrl === null) {
    const database = new DatabaseSync(join(dataFolder, 'dpxdt.sqlite'), { readOnly: true });
    const rows = database.prepare(query).all() as unknown as Row[];
    database.close();
    return rows.map(toRow);
  }
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<Row>(query);
  await client.end();
  return rows.map(toRow);
}
