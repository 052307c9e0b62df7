/** `dpxdt move`, `backup` and `restore` onto a disk without enough space: one sentence, and the same command again completes. */

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
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
    if (disk === null) return context.skip('needs the right to mount a small tmpfs');
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
