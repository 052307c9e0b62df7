import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  fakeCapturer,
  fakeComparer,
  fakeFailure,
  fakePage,
  fakePng,
  realClock,
  type FakePages,
} from '../../test/support/fake-ports.ts';
import type { LocalTestResult } from '../contract/files/local-report.ts';
import { BaselineRecords } from './baseline-records.ts';
import { Visits } from './shots.ts';
import { runTest, type TestContext } from './run-test.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dpxdt-test-'));
  await mkdir(join(folder, 'stage/images'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function run(pages: FakePages, given: Partial<TestContext> = {}): Promise<LocalTestResult> {
  const page = { url: 'http://x/', config: {} };
  const test = { name: 'a', fileName: 'a', where: '', tags: [], run: page, ref: null };
  return runTest(test, {
    command: 'test',
    baselineFolder: folder,
    stagePath: join(folder, 'stage'),
    file: 'a.yaml',
    allowNoBaseline: false,
    failOnForgiven: false,
    allowUnsettled: false,
    failUnsettled: false,
    retries: 2,
    records: await BaselineRecords.read(folder),
    capturer: fakeCapturer(pages),
    visits: new Visits(),
    comparer: fakeComparer(),
    clock: realClock,
    readDom: () => null,
    signal: new AbortController().signal,
    onEvent: () => undefined,
    inCaptureSlot: (work) => work(),
    ...given,
  });
}

const baseline = (text: string): Promise<void> => writeFile(join(folder, 'a.png'), fakePng(text));
const unsettled: FakePages = () => ({ ...fakePage('new'), settled: false }) as ReturnType<typeof fakePage>;

describe('a difference that is captured again', () => {
  it('is flaky if it is gone, and keeps both results', async () => {
    await baseline('old');
    const result = await run((_request, attempt) => fakePage(attempt === 1 ? 'new' : 'old'));
    expect(result).toMatchObject({ state: 'same', flaky: true, failure: null, attempts: 2 });
    expect(result.tries!.map(({ state, image }) => [state, image?.path])).toEqual([
      ['differs', 'images/a.run.png'],
      ['same', 'images/a~2.run.png'],
    ]);
    expect(await readdir(join(folder, 'stage/images'))).toContain('a.diff.png');
    expect(result.log).toContain('captured new');
  });

  it('stays one, also if a later capture fails', async () => {
    await baseline('old');
    const always = await run(() => fakePage('new'));
    expect(always).toMatchObject({ state: 'differs', attempts: 3 });
    expect(always.flaky).toBeUndefined();
    expect(always.tries!.map(({ state }) => state)).toEqual(['differs', 'differs', 'differs']);
    const failing = await run((_request, attempt) =>
      attempt === 1 ? fakePage('new') : fakeFailure('tls_error'),
    );
    expect(failing).toMatchObject({ state: 'differs', failure: null });
    expect(failing.tries!.map(({ state }) => state)).toEqual(['differs', 'failed', 'failed']);
  });

  it('is captured once without retries, and so is a page that is the same', async () => {
    await baseline('old');
    expect((await run(() => fakePage('new'), { retries: 0 })).tries).toBeUndefined();
    const same = await run(() => fakePage('old'));
    expect([same.state, same.tries, same.attempts]).toEqual(['same', undefined, 1]);
  });
});

describe('a page that never settles', () => {
  it('keeps its baseline in an update, unless that is allowed', async () => {
    await baseline('old');
    const kept = await run(unsettled, { command: 'update' });
    expect(kept).toMatchObject({ state: 'failed', failure: { reason: 'page_never_settles' } });
    expect(await readFile(join(folder, 'a.png'))).toEqual(fakePng('old'));
    const written = await run(unsettled, { command: 'update', allowUnsettled: true });
    expect(written).toMatchObject({ state: 'updated', failure: null });
    expect(await readFile(join(folder, 'a.png'))).toEqual(fakePng('new'));
  });

  it('fails a test if that is wanted', async () => {
    await baseline('new');
    expect(await run(unsettled)).toMatchObject({ state: 'same', failure: null });
    expect(await run(unsettled, { failUnsettled: true })).toMatchObject({
      state: 'failed',
      failure: { reason: 'page_never_settles' },
    });
  });
});
