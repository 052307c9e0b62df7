/**
 * Servers that are killed at random moments of mixed work: what they acknowledged exists, nothing is half done,
 * nothing waits indefinitely. The seed is in the test's name; `KILL_SEEDS=1,2,3` plays others.
 */
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { DepictedClient } from '../../src/client/index.ts';
import { expectAllSettle, expectKept } from '../support/kept-promises.ts';
import { Acknowledged, loadUntilDead } from '../support/mixed-load.ts';
import { seededRandom } from '../support/random-pair.ts';
import { runDpxdt } from '../support/run-dpxdt.ts';
import { newFolder, startServerProcess } from '../support/running-server.ts';
import { createPostgresDatabase, storeKinds } from '../support/server-world.ts';
import { makeOld, storedFiles } from '../support/stored-files.ts';

// Seconds on a quiet machine; a busy one is no failure.
vi.setConfig({ testTimeout: 300_000 });

const seeds = (process.env['KILL_SEEDS'] ?? '11').split(',').map(Number);
const cases = storeKinds.flatMap((kind) => seeds.map((seed) => [kind, seed] as const));

/** Number of lives of a server before its data is checked. */
const lives = 3;

describe('a server that is killed with -9 again and again', () => {
  it.each(cases)(
    'D13, P1, P2, on %s, seed %i: loses nothing that it acknowledged, and leaves nothing behind',
    async (kind, seed) => {
      const random = seededRandom(seed);
      const folder = newFolder();
      const databaseUrl = kind === 'sqlite' ? null : await createPostgresDatabase();
      const args = ['--workers', '0', ...(databaseUrl === null ? [] : ['--database-url', databaseUrl])];
      const acknowledged = new Acknowledged();

      for (let life = 1; life <= lives; life++) {
        const server = await startServerProcess(folder, args);
        const killAt = acknowledged.count + 20 + Math.floor(random() * 300);
        await loadUntilDead({
          client: new DepictedClient({ server: server.url, maxAttempts: 1 }),
          random,
          life: `life ${life}`,
          acknowledged,
          hasEnded: () => server.process.killed,
          onAnswer: () => {
            if (acknowledged.count === killAt) server.process.kill('SIGKILL');
          },
        });
        await server.result;
        expect(server.process.signalCode).toBe('SIGKILL');
      }

      const dataFolder = join(folder, 'dpxdt-data');
      makeOld(dataFolder);
      const last = await startServerProcess(folder, args);
      await expectKept(last.client, acknowledged);
      const options = { life: 'end', random, acknowledged, onAnswer: () => {}, hasEnded: () => false };
      await expectAllSettle({ ...options, client: last.client });
      last.process.kill('SIGTERM');
      expect((await last.result).status).toBe(0);

      expect(await storedFiles(dataFolder, databaseUrl)).toEqual({
        orphans: [],
        missing: [],
        unfinished: [],
      });
      const fsckArgs = ['admin', 'fsck', '--json', ...args.slice(2)];
      const { status, stdout } = await runDpxdt(fsckArgs, { currentFolder: folder });
      expect(JSON.parse(stdout)).toMatchObject({ problems: [] });
      expect(status).toBe(0);
    },
  );
});
