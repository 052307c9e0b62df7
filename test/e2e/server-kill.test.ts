/** A server that is killed at a random moment: what it acknowledged is there. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DepictedClient } from '../../src/client/index.ts';
import { seededRandom } from '../support/random-pair.ts';
import { runDpxdt } from '../support/run-dpxdt.ts';
import { newFolder, startServerProcess } from '../support/running-server.ts';

const seeds = [11, 12];
const parallel = 50;

describe.each(seeds)('a server that is killed, seed %i', (seed) => {
  it('D13: keeps every upload and report that it acknowledged, and nothing half done', async () => {
    const random = seededRandom(seed);
    const folder = newFolder();
    const first = await startServerProcess(folder, ['--workers', '0']);
    const client = new DepictedClient({ server: first.url, maxAttempts: 1 });
    const { releaseNumber } = await client.createRelease({ buildId: 1, releaseName: 'r' });
    const release = { buildId: 1, releaseName: 'r', releaseNumber };
    const acknowledged = { uploads: new Set<string>(), runs: new Set<string>() };
    const killAfter = 10 + Math.floor(random() * 60);

    async function uploadAndReport(index: number): Promise<void> {
      const content = new Uint8Array(1_000 + Math.floor(random() * 200_000)).fill(index % 251);
      content.set(new TextEncoder().encode(`log ${seed} ${index}\n`));
      const { sha1sum } = await client.upload({ buildId: 1, fileName: 'a.bin', content });
      acknowledged.uploads.add(sha1sum);
      const runName = `run ${index}`;
      await client.reportRun({ ...release, runName, image: sha1sum });
      acknowledged.runs.add(runName);
      if (acknowledged.uploads.size >= killAfter) first.process.kill('SIGKILL');
    }

    let next = 0;
    await Promise.all(
      Array.from({ length: parallel }, async () => {
        while (first.process.signalCode === null && next < 1_000) {
          await uploadAndReport(next++).catch(() => undefined);
        }
      }),
    );
    await first.result;
    expect(first.process.signalCode).toBe('SIGKILL');
    expect(acknowledged.uploads.size).toBeGreaterThanOrEqual(killAfter);

    const second = await startServerProcess(folder, ['--workers', '0']);
    await Promise.all(
      [...acknowledged.uploads].map(async (sha1sum) => {
        const bytes = await (await second.client.download({ buildId: 1, sha1sum })).bytes();
        expect(createHash('sha1').update(bytes).digest('hex')).toBe(sha1sum);
      }),
    );
    const { runs } = await second.client.listRuns(release);
    const names = new Set(runs.name);
    expect([...acknowledged.runs].filter((name) => !names.has(name))).toEqual([]);
    expect(await second.client.runsDone(release)).toMatchObject({ success: true });
    expect(readdirSync(join(folder, 'dpxdt-data', 'artifacts', 'tmp'))).toEqual([]);

    second.process.kill('SIGTERM');
    expect((await second.result).status).toBe(0);
    const { status, stdout } = await runDpxdt(['admin', 'fsck', '--json'], { currentFolder: folder });
    expect(JSON.parse(stdout)).toMatchObject({ problems: [] });
    expect(status).toBe(0);
  });
});
