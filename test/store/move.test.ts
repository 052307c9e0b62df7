/** `dpxdt move` between databases and folders: what it moves, what it refuses, and what the source is afterwards. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { takePresenceLock } from '../../src/adapters/database/postgres-presence.ts';
import { openAdmin } from '../../src/compose/admin.ts';
import { callDpxdt } from '../support/call-dpxdt.ts';
import {
  expectWhole,
  openAsServer,
  storeData,
  type DataPlace,
  type StoredData,
} from '../support/moved-data.ts';
import { newFolder } from '../support/running-server.ts';
import { createPostgresDatabase, storeKinds, type StoreKind } from '../support/server-world.ts';
import { until } from '../support/until.ts';

async function newPlace(kind: StoreKind): Promise<DataPlace> {
  return {
    dataFolder: join(newFolder(), 'data'),
    databaseUrl: kind === 'sqlite' ? null : await createPostgresDatabase(),
  };
}

async function filled(kind: StoreKind): Promise<{ place: DataPlace; stored: StoredData }> {
  const place = await newPlace(kind);
  const server = await openAsServer(place);
  const stored = await storeData(server);
  await server.close();
  return { place, stored };
}

function move(from: DataPlace, to: Partial<DataPlace>, ...more: string[]) {
  const args = ['move', '--json', '--data-dir', from.dataFolder, ...more];
  if (from.databaseUrl !== null) args.push('--database-url', from.databaseUrl);
  if (to.dataFolder !== undefined) args.push('--to-data-dir', to.dataFolder);
  if (to.databaseUrl !== undefined) args.push('--to-database-url', to.databaseUrl ?? 'sqlite');
  return callDpxdt(args, { currentFolder: newFolder() });
}

async function expectRefusal(place: DataPlace, sentence: RegExp): Promise<void> {
  await expect(openAsServer(place)).rejects.toThrow(sentence);
}

const pairs = storeKinds.flatMap((from) => storeKinds.map((to) => [from, to] as const));

describe.each(pairs)('from %s to %s', (fromKind, toKind) => {
  it('P75: a moved server goes on with its images, keys and secrets, and the old data is refused', async () => {
    const { place: from, stored } = await filled(fromKind);
    const to = await newPlace(toKind);
    const planned = await move(from, to, '--dry-run');
    const { status, stdout, stderr } = await move(from, to);
    expect(stderr).toContain('Every table and every file was verified.');
    expect(status).toBe(0);
    const moved = JSON.parse(stdout) as { rows: number };
    expect(moved).toMatchObject({ files: 3, copied_files: 3, damaged: [], dry_run: false });
    expect(JSON.parse(planned.stdout), 'as it was planned').toMatchObject({ rows: moved.rows, files: 3 });
    expect(statSync(join(to.dataFolder, 'secret.key')).mode & 0o777).toBe(0o600);
    await expectRefusal(from, /(was moved to .*|belong to a different|were moved to)/);

    const server = await openAsServer(to);
    await expectWhole(server, stored);
    await server.close();

    const again = await move(from, to);
    expect(again.stderr).toMatch(
      /was moved to .*: correct --database-url or --data-dir, or, to use this one again/,
    );
    expect(again.status).toBe(2);

    const admin = await openAdmin({ ...from, files: 'adopt' });
    await admin.close();
    const old = await openAsServer(from);
    await expectWhole(old, stored);
    await old.close();
  });
});

describe.each(storeKinds)('moving %s', (kind) => {
  it('P75: files that stay belong to the new database from then on', async () => {
    const { place: from, stored } = await filled(kind);
    const databaseUrl = kind === 'sqlite' ? await createOther() : null;
    if (databaseUrl === undefined) return;
    const { status } = await move(from, { databaseUrl });
    expect(status).toBe(0);
    await expectRefusal(from, /was moved to/);
    const server = await openAsServer({ ...from, databaseUrl });
    await expectWhole(server, stored);
    await server.close();
  });

  it('P75: a dry run changes nothing', async () => {
    const { place: from, stored } = await filled(kind);
    const to = await newPlace(kind);
    const { status, stdout, stderr } = await move(from, to, '--dry-run');
    expect(stderr).toContain('Dry run: nothing was changed.');
    expect(JSON.parse(stdout)).toMatchObject({ files: 3, dry_run: true, tables: [] });
    expect(status).toBe(0);
    expect(existsSync(to.dataFolder)).toBe(false);
    const server = await openAsServer(from);
    await expectWhole(server, stored);
    await server.close();
    await (await openAsServer(to)).close();
  });

  it('P75: a server that runs on either side is refused', async () => {
    const { place: from } = await filled(kind);
    const to = await newPlace(kind);
    const server = await openAsServer(from);
    const refused = await move(from, to);
    expect(refused.stderr).toMatch(/server is (already )?using .*\. Stop it first/);
    expect(refused.status).toBe(5);
    await server.close();

    const other = await openAsServer(to);
    const target = await move(from, to);
    expect(target.stderr).toMatch(/server is (already )?using .*\. Stop it first/);
    await other.close();

    const filledToo = await move(from, to);
    expect(filledToo.stderr).toMatch(/already holds data: name an empty database/);
    expect(filledToo.status).toBe(2);
  });

  if (kind === 'postgres') {
    it('P75: continues while PostgreSQL still ends the session of a killed move', async () => {
      const { place: from } = await filled(kind);
      const to = await newPlace(kind);
      const dead = new pg.Client({ connectionString: to.databaseUrl! });
      await dead.connect();
      expect(await takePresenceLock(dead, 'alone')).toBe(true);
      const moved = move(from, to);
      const asking = `select 1 from pg_stat_activity
      where pid <> pg_backend_pid() and datname = current_database() and query like '%pg_try_advisory_lock(%'`;
      await until(async () => (await dead.query(asking)).rowCount === 1);
      await dead.end();
      expect(await moved).toMatchObject({ status: 0 });
    });
  }

  it('P75: refuses a database of a newer version, before it creates anything', async () => {
    const { place: from } = await filled(kind);
    const later =
      "insert into schema_migrations (name, applied_at, runs_with) values ('9999-later', 0, null)";
    if (from.databaseUrl === null) {
      const database = new DatabaseSync(join(from.dataFolder, 'dpxdt.sqlite'));
      database.exec(later);
      database.close();
    } else {
      const client = new pg.Client({ connectionString: from.databaseUrl });
      await client.connect();
      await client.query(later);
      await client.end();
    }
    const to = { dataFolder: join(newFolder(), 'data'), databaseUrl: null };
    const refused = await move(from, to);
    expect(refused.stderr).toMatch(
      /^dpxdt: [^\n]* was changed by a newer version of dpxdt \(migration "9999-later"\): move it with that version\.\n$/,
    );
    expect(refused.status).toBe(2);
    expect(existsSync(to.dataFolder)).toBe(false);
  });

  it('P75: says what is missing or in the way, in one sentence', async () => {
    const { place: from, stored } = await filled(kind);
    const nowhere = await move(from, {});
    expect(nowhere.stderr).toContain('Nothing would be moved: name the target with --to-database-url');
    const occupied = await newPlace(kind);
    const server = await openAsServer({ ...occupied, databaseUrl: null });
    await storeData(server);
    await server.close();
    const files = await move(from, { dataFolder: occupied.dataFolder, databaseUrl: from.databaseUrl });
    expect(files.stderr).toMatch(/already holds (files|data): name an empty/);

    if (from.databaseUrl !== null) {
      const url = new URL(from.databaseUrl);
      url.pathname = '/absent';
      const absent = await move(from, { databaseUrl: url.href });
      expect(absent.stderr).toMatch(
        /^dpxdt: The database ".*" on .* refuses the connection: .* does not exist\. Create the database, [^\n]*\n$/,
      );
      expect(absent.status).toBe(2);
    }
    const backup = (folder: string) =>
      callDpxdt(['backup', folder, '--data-dir', from.dataFolder], { currentFolder: newFolder() });
    expect(await backup(join(from.dataFolder, 'secret.key'))).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/secret\.key is not a folder\. Name an empty folder/) as string,
    });
    expect(await backup(join(from.dataFolder, 'artifacts', 'backup'))).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/is among the artifacts that are to be backed up/) as string,
    });

    const to = await newPlace(kind);
    const key = join(from.dataFolder, 'secret.key');
    const secret = readFileSync(key, 'utf8');
    await rm(key);
    expect((await move(from, to)).stderr).toMatch(
      /secret\.key, the secret key of .*, is missing: set DPXDT_SECRET_KEY/,
    );
    await writeFile(key, secret);

    const damaged = join(from.dataFolder, 'artifacts', stored.images[2]!.slice(0, 2), stored.images[2]!);
    await writeFile(damaged, 'something else');
    const broken = await move(from, to);
    expect(broken.stderr).toMatch(/artifact .* is damaged/);
    expect(broken.status).toBe(3);
    await expectRefusal(to, /is not complete, because a move or a restore has not finished/);
    const skipped = await move(from, to, '--skip-damaged');
    expect(skipped.stderr).toContain('1 damaged or missing files were left out');
    expect(JSON.parse(skipped.stdout)).toMatchObject({ continued: true, damaged: [stored.images[2]!] });
    expect(skipped.status).toBe(0);
  });
});

/** The other kind of database, if there is one here. */
async function createOther(): Promise<string | undefined> {
  return storeKinds.includes('postgres') ? createPostgresDatabase() : undefined;
}
