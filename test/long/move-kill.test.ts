/** A move that is killed at random moments, and run again until it is done. */

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { openFillablePostgres } from '../../src/adapters/database/whole/whole-postgres.ts';
import { openFillableSqlite } from '../../src/adapters/database/whole/whole-sqlite.ts';
import { expectWhole, openAsServer, storeData } from '../support/moved-data.ts';
import { seededRandom } from '../support/random-pair.ts';
import { runDpxdt, startDpxdt } from '../support/run-dpxdt.ts';
import { newFolder, startServerProcess } from '../support/running-server.ts';
import { createPostgresDatabase, storeKinds } from '../support/server-world.ts';

vi.setConfig({ testTimeout: 300_000 });

const seeds = (process.env['KILL_SEEDS'] ?? '7').split(',').map(Number);
const cases = storeKinds.flatMap((kind) => seeds.map((seed) => [kind, seed] as const));

it.each(cases)(
  'P75: to %s, seed %i: killed with -9 at any moment, it continues when run again',
  async (kind, seed) => {
    const random = seededRandom(seed);
    const folder = newFolder();
    const [from, to] = [join(folder, 'from'), join(folder, 'to')];
    const source = await openAsServer({ dataFolder: from, databaseUrl: null });
    const stored = await storeData(source, 300);
    await source.close();
    const databaseUrl = kind === 'sqlite' ? null : await createPostgresDatabase();
    const args = ['move', '--data-dir', from, '--to-data-dir', to, '--json'];
    if (databaseUrl !== null) args.push('--to-database-url', databaseUrl);

    for (let life = 1; life <= 5; life++) {
      const moving = startDpxdt(args, { currentFolder: folder });
      // From the start of the process to a little after its usual end.
      const ended = await Promise.race([moving.result, sleep(300 + random() * 1_500, null)]);
      if (ended !== null) break;
      moving.process.kill('SIGKILL');
      await moving.result;
    }
    const last = await runDpxdt(args, { currentFolder: folder });
    // It may have been done before it was killed.
    expect(last.stderr).toMatch(/Every table and every file was verified|was moved to/);
    const server = await openAsServer({ dataFolder: to, databaseUrl });
    await expectWhole(server, stored);
    await server.close();
    await expect(openAsServer({ dataFolder: from, databaseUrl: null })).rejects.toThrow(/was moved to/);
  },
);

it.each(storeKinds)('P75: on %s, no server starts while its data is moved', async (kind) => {
  const folder = newFolder();
  const databaseUrl = kind === 'sqlite' ? null : await createPostgresDatabase();
  await (await openAsServer({ dataFolder: folder, databaseUrl })).close();
  const moving =
    databaseUrl === null
      ? openFillableSqlite(join(folder, 'dpxdt.sqlite'))
      : await openFillablePostgres(databaseUrl);
  const place = ['--data-dir', folder, ...(databaseUrl === null ? [] : ['--database-url', databaseUrl])];
  const refused = await runDpxdt(['server', '--port', '0', '--workers', '0', ...place], {
    currentFolder: folder,
  });
  expect(refused.stderr).toMatch(/is already using|is being moved or restored/);
  expect(refused.status).toBe(5);
  await moving.close();
  const server = await startServerProcess(folder, ['--workers', '0', ...place]);
  const busy = await runDpxdt(['move', ...place, '--to-data-dir', join(folder, 'new')], {
    currentFolder: folder,
  });
  expect(busy.stderr).toMatch(/server is (already )?using .*\. Stop it first/);
  server.process.kill('SIGKILL');
  await server.result;
});
