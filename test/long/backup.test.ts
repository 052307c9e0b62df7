/** A backup that is made under load, a server that is killed, and the same data restored elsewhere. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { DepictedClient } from '../../src/client/index.ts';
import { callDpxdt } from '../support/call-dpxdt.ts';
import { expectAllSettle, expectKept } from '../support/kept-promises.ts';
import { Acknowledged, loadUntilDead } from '../support/mixed-load.ts';
import { expectWhole, openAsServer, storeData, type StoredData } from '../support/moved-data.ts';
import { seededRandom } from '../support/random-pair.ts';
import { runDpxdt } from '../support/run-dpxdt.ts';
import { newFolder, startServerProcess } from '../support/running-server.ts';
import { createPostgresDatabase, storeKinds, type StoreKind } from '../support/server-world.ts';

vi.setConfig({ testTimeout: 300_000 });

const databaseOf = async (kind: StoreKind) => (kind === 'sqlite' ? null : await createPostgresDatabase());
const placeArgs = (dataFolder: string, databaseUrl: string | null) => [
  '--data-dir',
  dataFolder,
  ...(databaseUrl === null ? [] : ['--database-url', databaseUrl]),
];
const otherKind = (kind: StoreKind): StoreKind => storeKinds.find((one) => one !== kind) ?? kind;

describe.each(storeKinds)('a backup of %s', (kind) => {
  it('P76: made under load, it restores everything that was acknowledged before, after a kill -9', async () => {
    const random = seededRandom(5);
    const folder = newFolder();
    const from = placeArgs(join(folder, 'data'), await databaseOf(kind));
    const backup = join(folder, 'backup');
    const acknowledged = new Acknowledged();
    let before = new Acknowledged();
    const server = await startServerProcess(folder, ['--workers', '0', ...from]);
    let backingUp: ReturnType<typeof runDpxdt> | undefined;
    const back = () => runDpxdt(['backup', backup, '--json', ...from], { currentFolder: folder });
    const backTwice = async () => {
      const first = await back();
      expect(first.status, first.stderr).toBe(0);
      // Only what was acknowledged when the last backup began must be in it.
      before = Object.assign(new Acknowledged(), structuredClone(acknowledged));
      return back();
    };
    await loadUntilDead({
      client: new DepictedClient({ server: server.url, maxAttempts: 1 }),
      random,
      life: 'life 1',
      acknowledged,
      hasEnded: () => server.process.killed,
      onAnswer: () => {
        if (acknowledged.count < 100 || backingUp !== undefined) return;
        backingUp = backTwice().finally(() => server.process.kill('SIGKILL'));
      },
    });
    const second = await backingUp!;
    expect(second.status, second.stderr).toBe(0);
    const made = JSON.parse(second.stdout) as { files: number; skipped_files: number; damaged: string[] };
    expect(made.damaged).toEqual([]);
    expect(made.skipped_files).toBeGreaterThan(0);
    await server.result;
    expect(before.uploads.size).toBeGreaterThan(10);

    const to = placeArgs(join(folder, 'restored'), await databaseOf(otherKind(kind)));
    const restored = await runDpxdt(['restore', backup, ...to], { currentFolder: folder });
    expect(restored.stderr).toBe('');
    expect(restored.status).toBe(0);
    const next = await startServerProcess(folder, ['--workers', '0', ...to]);
    await expectKept(next.client, before);
    // Reviews and tasks continue.
    const options = { life: 'end', random, acknowledged: before, onAnswer: () => {}, hasEnded: () => false };
    await expectAllSettle({ ...options, client: next.client });
    next.process.kill('SIGTERM');
    expect((await next.result).status).toBe(0);
    const checked = await runDpxdt(['admin', 'fsck', '--json', ...to], { currentFolder: folder });
    expect(JSON.parse(checked.stdout)).toMatchObject({ problems: [] });
  });

  it('P76: restores sessions, keys and secrets, to either database, with or without its key', async () => {
    const { folder, backup, stored, from } = await backedUp(kind);
    for (const name of readdirSync(backup).filter((each) => /^(secret|database)/.test(each))) {
      expect(statSync(join(backup, name)).mode & 0o777, name).toBe(0o600);
    }
    const checked = await callDpxdt(
      ['restore', backup, '--dry-run', ...placeArgs(join(folder, 'no'), null)],
      {
        currentFolder: folder,
      },
    );
    expect(checked.stdout).toMatch(/is whole: .* would be restored/);
    expect(existsSync(join(folder, 'no'))).toBe(false);
    for (const target of storeKinds) {
      const place = { dataFolder: join(folder, `to-${target}`), databaseUrl: await databaseOf(target) };
      const args = ['restore', backup, '--json', ...placeArgs(place.dataFolder, place.databaseUrl)];
      const restored = await callDpxdt(args, { currentFolder: folder });
      expect(restored.status, restored.stderr).toBe(0);
      const server = await openAsServer(place);
      await expectWhole(server, stored);
      await server.close();
      const again = await callDpxdt(args, { currentFolder: folder });
      expect(again.stderr).toMatch(/already holds data: name an empty/);
      expect(again.status).toBe(2);
    }

    const key = readFileSync(join(backup, 'secret.key'), 'utf8').trim();
    const without = await callDpxdt(['backup', backup, '--without-secret-key', ...from], {
      currentFolder: folder,
    });
    expect(without.status).toBe(0);
    expect(existsSync(join(backup, 'secret.key'))).toBe(false);
    const place = { dataFolder: join(folder, 'named'), databaseUrl: null };
    const args = ['restore', backup, ...placeArgs(place.dataFolder, null)];
    const refused = await callDpxdt(args, { currentFolder: folder });
    expect(refused.stderr).toMatch(/secret\.key, the secret key of .*, is missing: set DPXDT_SECRET_KEY/);
    const named = await callDpxdt(args, { currentFolder: folder, env: { DPXDT_SECRET_KEY: key } });
    expect(named.status, named.stderr).toBe(0);
    await writeFile(join(place.dataFolder, 'secret.key'), key);
    const server = await openAsServer(place);
    await expectWhole(server, stored);
    await server.close();
  });

  it('P76: refuses what is unfinished, damaged or newer, and a folder with something else', async () => {
    const { folder, backup, stored, from } = await backedUp(kind);
    const restore = async (...more: string[]) => {
      const args = ['restore', backup, ...placeArgs(join(folder, 'to'), null), ...more];
      const { stderr, status } = await callDpxdt(args, { currentFolder: folder });
      expect(status).toBe(2);
      expect(existsSync(join(folder, 'to'))).toBe(false);
      return stderr;
    };
    const manifest = join(backup, 'manifest.json');
    const text = readFileSync(manifest, 'utf8');
    await rm(manifest);
    expect(await restore()).toMatch(/holds no finished backup: there is no manifest\.json/);
    await writeFile(manifest, text.slice(0, 200));
    expect(await restore()).toMatch(/is damaged: manifest\.json cannot be read/);
    await writeFile(manifest, text.replace('"0016-follow-ups"', '"9999-later"'));
    expect(await restore()).toMatch(
      /^dpxdt: The database of the backup in .* was changed by a newer version of dpxdt \(migration "9999-later"\): restore it with that version\.\n$/,
    );
    const ofLater = text
      .replace('"format": 1', '"format": 2')
      .replace(/"version": ".*"/, '"version": "9.8.7"');
    await writeFile(manifest, ofLater);
    expect(await restore()).toMatch(
      /was made by a newer version of dpxdt \(9\.8\.7\): restore it with that version/,
    );
    await writeFile(manifest, text.replace(/"sha256": "./, '"sha256": "x'));
    expect(await restore()).toMatch(/is damaged: its database is not the one that was written/);
    await writeFile(manifest, text);

    const image = join(backup, 'artifacts', stored.images[0]!.slice(0, 2), stored.images[0]!);
    const bytes = readFileSync(image);
    await writeFile(image, Buffer.alloc(bytes.byteLength, 1));
    expect(await restore('--dry-run')).toMatch(
      /is damaged: 1 artifacts are missing or have changed, such as/,
    );
    await truncate(image, 3);
    expect(await restore()).toMatch(/is damaged: 1 artifacts are missing or have changed, such as/);
    // The next backup mends it.
    const mended = await callDpxdt(['backup', backup, ...from], { currentFolder: folder });
    expect(mended.status).toBe(0);
    expect(readFileSync(image)).toEqual(bytes);

    await writeFile(join(folder, 'notes.txt'), '');
    const elsewhere = await callDpxdt(['backup', folder, ...from], { currentFolder: folder });
    expect(elsewhere.stderr).toMatch(/holds something else than a backup/);
    expect(elsewhere.status).toBe(2);
  });

  it('P76: a backup is never replaced by one of other data, but by one of the same data restored or moved', async () => {
    const { folder, backup, from } = await backedUp(kind);
    const manifest = () => readFileSync(join(backup, 'manifest.json'), 'utf8');
    const before = manifest();
    // A server on a lost disk, or with a mistyped address, begins with new data.
    const other = { dataFolder: join(folder, 'other'), databaseUrl: await databaseOf(kind) };
    await (await openAsServer(other)).close();
    const otherPlace = placeArgs(other.dataFolder, other.databaseUrl);
    const refused = await callDpxdt(['backup', backup, ...otherPlace], { currentFolder: folder });
    expect(refused.stderr).toMatch(/holds the backup of another database, made on 20.*: name another folder/);
    expect(refused.status).toBe(2);
    expect(manifest()).toBe(before);

    const restored = placeArgs(join(folder, 'restored'), await databaseOf(otherKind(kind)));
    const moved = placeArgs(join(folder, 'moved'), await databaseOf(kind));
    const target = moved.length > 2 ? ['--to-database-url', moved[3]!] : ['--to-database-url', 'sqlite'];
    const steps = [
      ['backup', backup, ...from],
      ['restore', backup, ...restored],
      ['backup', backup, ...restored],
      ['move', ...restored, '--to-data-dir', moved[1]!, '--to-artifacts', 'folder', ...target],
      ['backup', backup, ...moved],
    ];
    for (const step of steps) {
      const { status, stderr } = await callDpxdt(step, { currentFolder: folder });
      expect(status, `${step.join(' ')}: ${stderr}`).toBe(0);
    }
    // What it was restored from continues by itself: by now, the backup is of other data.
    const old = await callDpxdt(['backup', backup, ...from], { currentFolder: folder });
    expect(old.stderr).toMatch(/holds the backup of another database/);
  });

  it('P76: refuses a folder that it cannot use, or that servers empty, in one sentence', async () => {
    const { folder, backup, from, dataFolder } = await backedUp(kind);
    const sentenceOf = async (...args: string[]) => {
      const { status, stderr } = await callDpxdt(args, { currentFolder: folder });
      expect(status, stderr).toBe(2);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      return stderr;
    };
    const notes = join(folder, 'notes.txt');
    await writeFile(notes, '');
    for (const place of [notes, join(notes, 'backup')]) {
      expect(await sentenceOf('backup', place, ...from)).toContain(`${notes} is not a folder`);
      expect(await sentenceOf('restore', place, '--data-dir', join(folder, 'to'))).toContain(
        `${notes} is not a folder`,
      );
    }
    await rm(join(backup, 'manifest.json'));
    await mkdir(join(backup, 'manifest.json'));
    expect(await sentenceOf('restore', backup, '--data-dir', join(folder, 'to'))).toMatch(
      /The backup in .* cannot be read \(EISDIR\)/,
    );
    for (const name of ['derived', 'spool', 'tmp']) {
      expect(await sentenceOf('backup', join(dataFolder, name, 'backup'), ...from)).toMatch(
        /is in a folder that servers empty: name a folder elsewhere/,
      );
    }
  });

  it('P76: an artifact that is damaged already is named, and the rest is kept', async () => {
    const { folder, backup, stored, from, dataFolder } = await backedUp(kind);
    const lost = stored.images[1]!;
    await rm(join(dataFolder, 'artifacts', lost.slice(0, 2), lost));
    await rm(backup, { recursive: true });
    const made = await callDpxdt(['backup', backup, '--json', ...from], { currentFolder: folder });
    expect(made.status).toBe(3);
    expect(made.stderr).toMatch(/1 artifacts of the server are damaged or missing/);
    expect(JSON.parse(made.stdout)).toMatchObject({ damaged: [lost] });
    const args = ['restore', backup, '--json', ...placeArgs(join(folder, 'to'), null)];
    const restored = await callDpxdt(args, { currentFolder: folder });
    expect(restored.status, restored.stderr).toBe(0);
    expect(JSON.parse(restored.stdout)).toMatchObject({ damaged: [lost] });
  });
});

interface BackedUp {
  folder: string;
  dataFolder: string;
  backup: string;
  stored: StoredData;
  from: string[];
}

/** A backup of a server that is open meanwhile. */
async function backedUp(kind: StoreKind): Promise<BackedUp> {
  const folder = newFolder();
  const dataFolder = join(folder, 'data');
  const databaseUrl = await databaseOf(kind);
  const server = await openAsServer({ dataFolder, databaseUrl });
  const stored = await storeData(server);
  const backup = join(folder, 'backup');
  const from = placeArgs(dataFolder, databaseUrl);
  const made = await callDpxdt(['backup', backup, ...from], { currentFolder: folder });
  expect(made.status, made.stderr).toBe(0);
  await server.close();
  return { folder, dataFolder, backup, stored, from };
}
