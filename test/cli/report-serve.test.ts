import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callDpxdt } from '../support/call-dpxdt.ts';
import { startDpxdt } from '../support/run-dpxdt.ts';
import { sampleReport, sampleResult } from '../support/sample-local-report.ts';

let folder: string;
const at = (path: string) => join(folder, path);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dpxdt-report-serve-'));
  await mkdir(at('tests'));
  await mkdir(at('dpxdt-report/images'), { recursive: true });
  await writeFile(at('tests/home.png'), 'old');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What `dpxdt test` leaves behind when the page shows `text`. */
async function leaveRun(startedAt: string, text: string): Promise<void> {
  const image = (path: string, of: string) => ({
    path,
    sha1sum: createHash('sha1').update(of).digest('hex'),
    width: 1,
    height: 1,
  });
  const before = image('images/home.ref.png', await readFile(at('tests/home.png'), 'utf8'));
  const after = image('images/home.run.png', text);
  await writeFile(at(`dpxdt-report/${after.path}`), text);
  const test = sampleResult({ name: 'home', state: 'differs', reference: 'tests/home.png', before, after });
  await writeFile(at('dpxdt-report/results.json'), JSON.stringify(sampleReport([test], { startedAt })));
}

describe('dpxdt report --serve', () => {
  it('approves what its page shows, nothing of a later run, and ends well with Ctrl-C', async () => {
    await leaveRun('2026-01-01T00:00:00.000Z', 'seen');
    await writeFile(at('dpxdt-report/index.html'), '<title>R</title>');
    const running = startDpxdt(['report', '--serve', '--json'], { currentFolder: folder });
    const { url } = JSON.parse(await running.untilOutput(/\{.*\}/)) as { url: string };
    const approve = async (names: string[], run: string) => {
      const headers = { origin: new URL(url).origin };
      const body = JSON.stringify({ names, run });
      const response = await fetch(`${url}approve`, { method: 'POST', headers, body });
      return { status: response.status, ...((await response.json()) as object) };
    };
    const baseline = () => readFile(at('tests/home.png'), 'utf8');
    expect(await approve(['other'], '2026-01-01T00:00:00.000Z')).toEqual({
      status: 400,
      message: 'The last run has no test "other": reload the report.',
    });
    await approve([], '2026-01-01T00:00:00.000Z');
    expect(await baseline()).toBe('seen');
    await leaveRun('2026-01-02T00:00:00.000Z', 'never seen');
    expect(await approve(['home'], '2026-01-01T00:00:00.000Z')).toEqual({
      status: 400,
      message: 'The tests ran again since this report was opened: reload it.',
    });
    expect(await baseline()).toBe('seen');
    await approve(['home'], '2026-01-02T00:00:00.000Z');
    expect(await baseline()).toBe('never seen');
    running.process.kill('SIGINT');
    const { status, stderr } = await running.result;
    expect(status).toBe(0);
    expect(stderr).toContain('home: Approved tests/home.png');
  });

  it('is refused in a sentence where there is nothing to serve', async () => {
    const serve = (...words: string[]) =>
      callDpxdt(['report', '--serve', ...words], { currentFolder: folder });
    const none = await serve('tests');
    expect([none.status, none.stderr]).toEqual([
      2,
      `dpxdt: There is no report in ${at('tests')}: run "dpxdt test DIR" first.\n`,
    ]);
    await rm(at('dpxdt-report/index.html'));
    const withoutPage = await serve();
    expect([withoutPage.status, withoutPage.stderr]).toEqual([
      2,
      `dpxdt: The last run did not write ${at('dpxdt-report/index.html')}: run it again.\n`,
    ]);
  });
});
