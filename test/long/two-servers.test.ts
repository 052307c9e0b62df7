/** Two servers on one PostgreSQL and one folder: one is killed, the other continues with everything. */
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

const seeds = (process.env['KILL_SEEDS'] ?? '31').split(',').map(Number);

describe.runIf(storeKinds.includes('postgres'))('two servers on one PostgreSQL', () => {
  it.each(seeds)(
    'P2, P4, P13, seed %i: one is killed and started again; the other never notices',
    async (seed) => {
      const random = seededRandom(seed);
      const folder = newFolder();
      const databaseUrl = await createPostgresDatabase();
      const args = ['--workers', '0', '--database-url', databaseUrl];
      const [mortal, steady] = await Promise.all([
        startServerProcess(folder, args),
        startServerProcess(folder, args),
      ]);
      const { client } = steady;
      await client.addTask({ queueName: 'shared', payload: '{}', taskId: 'held' });
      const { tasks } = await mortal.client.leaseTasks({ queueName: 'shared' });
      const lease = { queueName: 'shared', taskId: 'held', leaseId: tasks[0]!.leaseId! };

      const acknowledged = new Acknowledged();
      const troubles: string[] = [];
      const killAt = 60 + Math.floor(random() * 200);
      let isOver = false;
      const steadyLoad = loadUntilDead({
        client: new DepictedClient({ server: steady.url, maxAttempts: 1 }),
        random,
        life: 'steady',
        acknowledged,
        hasEnded: () => isOver,
        onAnswer: () => {},
        onRefused: ({ code, message }) => {
          if (['internal', 'unavailable', 'storage_full', 'artifact_corrupt'].includes(code))
            troubles.push(`${code}: ${message}`);
        },
      });
      await loadUntilDead({
        client: new DepictedClient({ server: mortal.url, maxAttempts: 1 }),
        random,
        life: 'mortal',
        acknowledged,
        hasEnded: () => mortal.process.killed,
        onAnswer: () => {
          if (acknowledged.count >= killAt) mortal.process.kill('SIGKILL');
        },
      });
      await mortal.result;
      // Its start must not take what the other one is writing for what a dead one left.
      const again = await startServerProcess(folder, args);
      const countThen = acknowledged.count;
      while (acknowledged.count < countThen + 50) await new Promise((resolve) => setTimeout(resolve, 20));
      isOver = true;
      await steadyLoad;
      expect(troubles).toEqual([]);

      expect(await client.heartbeat({ ...lease, index: 1 })).toMatchObject({ applied: true });
      await client.finishTask(lease);
      await expectKept(again.client, acknowledged);
      const options = { life: 'end', random, acknowledged, onAnswer: () => {}, hasEnded: () => false };
      await expectAllSettle({ ...options, client });
      for (const server of [steady, again]) {
        server.process.kill('SIGTERM');
        expect((await server.result).status).toBe(0);
      }
      const dataFolder = join(folder, 'dpxdt-data');
      makeOld(dataFolder);
      const last = await startServerProcess(folder, args);
      last.process.kill('SIGTERM');
      expect((await last.result).status).toBe(0);
      // A sweep that the end of the server interrupted continues with the next one; this one ends.
      const swept = await runDpxdt(['admin', 'sweep', ...args.slice(2)], { currentFolder: folder });
      expect(swept).toMatchObject({ status: 0 });
      expect(await storedFiles(dataFolder, databaseUrl)).toEqual({
        orphans: [],
        missing: [],
        unfinished: [],
      });
    },
  );
});
