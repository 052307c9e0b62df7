import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DepictedClient } from '../client/index.ts';
import { ImageSender } from './send-image.ts';

const folder = mkdtempSync(join(tmpdir(), 'dpxdt-send-'));
afterAll(() => rmSync(folder, { recursive: true }));
const imagePath = join(folder, 'home.png');
writeFileSync(imagePath, Buffer.from('89504e470d0a1a0a', 'hex'));

type Body = Record<string, unknown>;

/** Sends images to a server that owns every file and answers `find_run` like this. */
async function sent(names: readonly string[], findRun: (body: Body) => [number, object]) {
  const calls: [string, Body][] = [];
  const client = new DepictedClient({
    server: 'http://server.example',
    maxAttempts: 1,
    fetch: async (url, init) => {
      const body = JSON.parse(init.body as string) as Body;
      const operation = new URL(url).pathname.split('/').at(-1)!;
      calls.push([operation, body]);
      const owned = (body.artifacts as { sha1sum: string }[] | undefined)?.map(({ sha1sum }) => sha1sum);
      const [status, answer] =
        operation === 'find_run' ? findRun(body) : [200, { success: true, ...(owned && { owned }) }];
      return new Response(JSON.stringify(answer), { status });
    },
  });
  const sender = new ImageSender(client, { buildId: 1, releaseName: 'r', releaseNumber: 2 }, () => undefined);
  const { signal } = new AbortController();
  const failures: string[] = [];
  for (const name of names) {
    const run = { kind: 'image', name, url: null, imagePath, logPath: null } as const;
    await sender.send(run, signal).catch((error: Error) => failures.push(error.message));
  }
  const of = (operation: string) => calls.filter(([name]) => name === operation).map(([, body]) => body);
  return { asked: of('find_run'), reports: of('report_run'), failures };
}

const reason = 'New: no release of an earlier commit has an accepted image of this name.';

describe('images', () => {
  it('are compared with what the server chooses, which is asked once', async () => {
    const { asked, reports } = await sent(['a', 'b'], () => [200, { image: null, reason }]);
    expect(asked).toEqual([{ build_id: 1, release_name: 'r', release_number: 2, run_name: 'a' }]);
    expect(reports).toMatchObject([
      { run_name: 'a', choose_baseline: true },
      { run_name: 'b', choose_baseline: true },
    ]);
    expect(reports[0]).not.toHaveProperty('ref_image');
  });

  it('come with their baselines where an older server leaves the choice to its clients', async () => {
    const { reports } = await sent(['a', 'b'], ({ run_name }) => [
      200,
      { image: run_name === 'a' ? 'c'.repeat(40) : null, url: null, log: null, config: null },
    ]);
    expect(reports).toMatchObject([{ run_name: 'a', ref_image: 'c'.repeat(40) }, { run_name: 'b' }]);
    for (const report of reports) expect(report).not.toHaveProperty('choose_baseline');
    expect(reports[1]).not.toHaveProperty('ref_image');
  });

  it('come without where an older server has no good release', async () => {
    const { asked, reports } = await sent(['a', 'b'], () => [404, { error: 'None.', code: 'not_found' }]);
    expect(asked.length).toBeLessThanOrEqual(2);
    expect(reports).toHaveLength(2);
    for (const report of reports) expect(Object.keys(report)).not.toContain('choose_baseline');
  });

  it('are refused one by one', async () => {
    const { failures, reports } = await sent(['a', 'b'], ({ run_name }) =>
      run_name === 'a'
        ? [400, { error: 'run_name is too long.', code: 'invalid_argument' }]
        : [200, { image: null, reason }],
    );
    expect(failures).toEqual(['run_name is too long.']);
    expect(reports).toMatchObject([{ run_name: 'b', choose_baseline: true }]);
  });
});
