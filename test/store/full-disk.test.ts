/** A disk without enough space: `dpxdt move`, `backup`, `restore` and a start of the server say so in one sentence, and succeed later. */

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openSqliteStore } from '../../src/adapters/database/sqlite-store.ts';
import { callDpxdt } from '../support/call-dpxdt.ts';
import { openAsServer, storeData } from '../support/moved-data.ts';
import { newFolder } from '../support/running-server.ts';
import { mountSmallDisk } from '../support/small-disk.ts';

const call = (...args: string[]) => callDpxdt(args, { currentFolder: newFolder() });

async function filledFolder(): Promise<string> {
  const dataFolder = join(newFolder(), 'data');
  const server = await openAsServer({ dataFolder, databaseUrl: null });
  await storeData(server);
  await server.close();
  return dataFolder;
}

const notAllowed = 'needs the right to mount a small tmpfs';

/** From nothing to what the tables need without their rows. */
const kibibytesLeft = [0, 8, 40, 200, 700, 1_000];

it.for(['move', 'backup', 'restore'])(
  'P75, P76: %s says which file has no space, and continues',
  async (command, context) => {
    const data = await filledFolder();
    const backup = join(newFolder(), 'backup');
    if (command === 'restore')
      expect(await call('backup', backup, '--data-dir', data)).toMatchObject({ status: 0 });
    const disk = mountSmallDisk(64);
    if (disk === null) return context.skip(notAllowed);
    onTestFinished(() => disk.unmount());
    const target = join(disk.folder, 'target');
    const args = {
      move: ['move', '--data-dir', data, '--to-data-dir', target],
      backup: ['backup', target, '--data-dir', data],
      restore: ['restore', backup, '--data-dir', target],
    }[command]!;
    for (const left of kibibytesLeft) {
      const room = join(disk.folder, 'room');
      writeFileSync(room, Buffer.alloc(left * 1_024));
      disk.fill();
      rmSync(room);
      const refused = await call(...args);
      if (refused.status === 0) return expect(left, 'enough for everything').toBeGreaterThan(200);
      expect(refused.stderr, `${left} KiB left`).toMatch(/^dpxdt: [^\n]+\n$/);
      expect(refused.stderr).toMatch(/(no space left|disk is full|ENOSPC)[^\n]*again to continue/);
      expect(refused.stderr, 'which disk').toContain(target);
      expect(refused.status).toBe(5);
      disk.free();
    }
    expect(await call(...args)).toMatchObject({ status: 0 });
  },
);

it.for(['new', 'old'] as const)(
  'a server says which file of its %s database has no space',
  async (age, context) => {
    const disk = mountSmallDisk(16);
    if (disk === null) return context.skip(notAllowed);
    onTestFinished(() => disk.unmount());
    const file = join(disk.folder, 'data', 'dpxdt.sqlite');
    if (age === 'old') await (await openSqliteStore({ file })).close();
    for (const left of kibibytesLeft) {
      const room = join(disk.folder, 'room');
      writeFileSync(room, Buffer.alloc(left * 1_024));
      disk.fill();
      rmSync(room);
      const refused: unknown = await openSqliteStore({ file }).then(
        (store) => store.close(),
        (error: unknown) => error,
      );
      disk.free();
      if (refused === undefined) return expect(left, 'enough for everything').toBeGreaterThan(8);
      expect(refused, `${left} KiB left`).toMatchObject({
        code: 'storage_full',
        message: expect.stringMatching(/^There is no space left for .*\/dpxdt\.sqlite(\.lock)?\.$/) as string,
      });
      if (age === 'new') rmSync(join(disk.folder, 'data'), { recursive: true });
    }
    expect.unreachable('The disk was never large enough.');
  },
);
