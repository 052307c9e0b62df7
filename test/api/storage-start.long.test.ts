import { createAesVault } from '../../src/adapters/crypto/aes-vault.ts';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { openAdmin } from '../../src/compose/admin.ts';
import { openStorage, type Storage } from '../../src/compose/storage.ts';
import { createBuild } from '../../src/services/builds/create-build.ts';
import { upload } from '../../src/services/artifacts/upload.ts';
import { newFolder } from '../support/running-server.ts';
import { chunksOf, createPostgresDatabase, root } from '../support/server-world.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** A data folder in which a server was killed while two uploads waited for their parameters: just now, and long ago. */
function abandoned(): { folder: string; left: string[] } {
  const folder = newFolder();
  const left = ['young', 'old'].map((name) => join(folder, 'tmp', `dpxdt-upload-${name}`));
  for (const place of left) {
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'content'), 'half an image');
  }
  const longAgo = Date.now() / 1_000 - 7_200;
  utimesSync(left[1]!, longAgo, longAgo);
  return { folder, left };
}

async function afterStart(databaseUrl: string | null): Promise<boolean[]> {
  const { folder, left } = abandoned();
  const storage = await open(folder, databaseUrl);
  await storage.close();
  return left.map((place) => existsSync(place));
}

function open(folder: string, databaseUrl: string | null, warn: (text: string) => void = () => {}) {
  return openStorage({
    dataFolder: folder,
    databaseUrl,
    durability: 'relaxed',
    vault: createAesVault('a secret that only tests know, and nobody else'),
    maxImageBytes: 1_000,
    maxArtifactBytes: 1_000,
    logger: { ...silent, warn },
  });
}

it('what waited when a server was killed is removed at the next start', async () => {
  expect(await afterStart(null)).toEqual([false, false]);
});

it.skipIf(inject('postgresUrl') === null)(
  'only what is old, where another server may share the folder',
  async () => {
    expect(await afterStart(await createPostgresDatabase())).toEqual([true, false]);
  },
);

/** Opens the storage, keeps some images in it, and closes it again. */
async function keepSome(folder: string, databaseUrl: string | null, texts = ['one', 'two', 'three']) {
  const storage = await open(folder, databaseUrl);
  const { core } = storage;
  const { id } = await createBuild(core, root, { name: 'Shop' });
  for (const text of texts) {
    await upload(core, root, { buildId: id, fileName: 'a.txt', content: chunksOf(text) });
  }
  await storage.close();
}

async function refusal(opening: Promise<Storage>): Promise<string> {
  const outcome = await opening.then(
    async (storage) => storage.close().then(() => 'it was opened'),
    (error: unknown) => error,
  );
  expect(outcome).toMatchObject({ code: 'invalid_argument' });
  return (outcome as Error).message;
}

function stored(folder: string): number {
  const artifacts = join(folder, 'artifacts');
  return readdirSync(artifacts)
    .filter((name) => /^[0-9a-f]{2}$/.test(name))
    .flatMap((name) => readdirSync(join(artifacts, name))).length;
}

describe('P46: a data folder and its SQLite file', () => {
  it('whose database was deleted is refused, and no new one is made', async () => {
    const folder = newFolder();
    await keepSome(folder, null);
    rmSync(join(folder, 'dpxdt.sqlite'));
    const files = readdirSync(folder).sort();
    for (let start = 0; start < 2; start++) {
      expect(await refusal(open(folder, null))).toMatch(
        /artifacts holds files, but their database .*dpxdt\.sqlite is missing or empty: restore it/,
      );
    }
    await expect(openAdmin({ dataFolder: folder, databaseUrl: null })).rejects.toThrow(/is missing or empty/);
    expect(readdirSync(folder).sort()).toEqual(files);
    writeFileSync(join(folder, 'dpxdt.sqlite'), '');
    expect(await refusal(open(folder, null))).toMatch(/is missing or empty/);
    expect(stored(folder)).toBe(3);
  });

  it('of another folder is refused', async () => {
    const [folder, other] = [newFolder(), newFolder()];
    await keepSome(folder, null);
    await keepSome(other, null, ['four']);
    copyFileSync(join(other, 'dpxdt.sqlite'), join(folder, 'dpxdt.sqlite'));
    for (const name of ['dpxdt.sqlite-wal', 'dpxdt.sqlite-shm']) rmSync(join(folder, name), { force: true });
    expect(await refusal(open(folder, null))).toMatch(/belong to a different database than .*dpxdt\.sqlite/);
    expect(stored(folder)).toBe(3);
  });

  it('that is older than the files is taken, with a warning, and nothing goes', async () => {
    const folder = newFolder();
    await keepSome(folder, null);
    copyFileSync(join(folder, 'dpxdt.sqlite'), join(folder, 'backup'));
    await keepSome(folder, null, ['four', 'five']);
    renameSync(join(folder, 'backup'), join(folder, 'dpxdt.sqlite'));
    const warnings: string[] = [];
    await (await open(folder, null, (text) => void warnings.push(text))).close();
    expect(warnings).toEqual([expect.stringMatching(/^The database is older than its files/)]);
    expect(stored(folder)).toBe(5);
  });

  it('that were copied together work together', async () => {
    const [folder, copy] = [newFolder(), join(newFolder(), 'copy')];
    await keepSome(folder, null);
    cpSync(folder, copy, { recursive: true });
    await keepSome(copy, null, ['four']);
    await keepSome(folder, null, ['five']);
    expect([stored(copy), stored(folder)]).toEqual([4, 4]);
  });
});

describe.skipIf(inject('postgresUrl') === null)('P46: a data folder and a PostgreSQL', () => {
  it('that is empty, another one, or forgotten is refused, and gets no tables', async () => {
    const folder = newFolder();
    const databaseUrl = await createPostgresDatabase();
    await keepSome(folder, databaseUrl);
    const mistyped = await createPostgresDatabase();
    expect(await refusal(open(folder, mistyped))).toMatch(
      /The database of --database-url is empty, but .*artifacts holds files of another database/,
    );
    const client = new pg.Client({ connectionString: mistyped });
    await client.connect();
    onTestFinished(() => client.end());
    const { rows } = await client.query(
      `select tablename from pg_tables where schemaname = current_schema()`,
    );
    expect(rows).toEqual([]);
    const other = await createPostgresDatabase();
    await keepSome(newFolder(), other);
    expect(await refusal(open(folder, other))).toMatch(
      /belong to a different database than the database of --database-url: correct --database-url/,
    );
    expect(await refusal(open(folder, null)), 'without --database-url').toMatch(
      /set --database-url if they belong to PostgreSQL/,
    );
    expect(stored(folder)).toBe(3);
    await (await open(folder, databaseUrl)).close();
  });

  it('takes the files of a copied folder, and two servers share one', async () => {
    const [folder, copy] = [newFolder(), join(newFolder(), 'copy')];
    const databaseUrl = await createPostgresDatabase();
    const both = await Promise.all([open(folder, databaseUrl), open(folder, databaseUrl)]);
    await Promise.all(both.map((storage) => storage.close()));
    await keepSome(folder, databaseUrl);
    cpSync(folder, copy, { recursive: true });
    await (await open(copy, databaseUrl)).close();
    expect(await refusal(open(newFolder(), databaseUrl)), 'a mistyped --data-dir').toMatch(
      /correct --data-dir/,
    );
  });

  it('needs no folder for what only the database knows', async () => {
    const folder = join(newFolder(), 'none');
    const databaseUrl = await createPostgresDatabase();
    const admin = await openAdmin({ dataFolder: folder, databaseUrl });
    await admin.createBuild('Shop');
    await admin.close();
    expect(existsSync(folder)).toBe(false);
  });
});

describe('a data folder that others can read', () => {
  it.each([0o755, 0o750, 0o777])('with mode %o is made private', async (mode) => {
    const folder = newFolder();
    chmodSync(folder, mode);
    await (await open(folder, null)).close();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('is said to be open where it must stay so, in one sentence', async () => {
    const folder = newFolder();
    chmodSync(folder, 0o1777);
    const warnings: string[] = [];
    await (await open(folder, null, (text) => void warnings.push(text))).close();
    expect(warnings).toEqual([
      expect.stringMatching(
        /^Other users of this machine can read the data folder .* \(mode 1777\): make it private/,
      ),
    ]);
    expect(statSync(folder).mode & 0o7777).toBe(0o1777);
  });
});
