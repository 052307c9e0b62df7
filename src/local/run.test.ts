import { aligning, sampleDom } from '../../test/support/sample-dom.ts';
import { changeNames } from '../domain/dom/name-words.ts';
import { approve } from './approve.ts';
import type { CapturedPage, CaptureOutcome } from '../domain/capture/capture.ts';
import { describeResult } from './words.ts';
import { existsSync } from 'node:fs';
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
import { unpackDom } from '../adapters/dom/dom-file.ts';
import { AppError } from '../base/errors.ts';
import type { RunEvent } from './events.ts';
import { readReport } from './report-folder.ts';
import { runLocal, type LocalRun, type RunOptions, type RunParts } from './run.ts';

let folder: string;
let events: RunEvent[];

const template =
  '<!doctype html><html><body><script type="application/json" id="dpxdt-report">null</script></body></html>';
const twoTests = 'tests:\n  - {name: a, url: "http://x/a"}\n  - {name: b, url: "http://x/b"}\n';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dpxdt-run-'));
  await mkdir(join(folder, 'tests'));
  await writeFile(join(folder, 'template.html'), template);
  events = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const writeYaml = (text: string, name = 'a.yaml'): Promise<void> =>
  writeFile(join(folder, 'tests', name), text);
const writeBaseline = (name: string, text: string): Promise<void> =>
  writeFile(join(folder, 'tests', `${name}.png`), fakePng(text));
const readBaseline = async (name: string): Promise<string> =>
  (await readFile(join(folder, 'tests', `${name}.png`))).subarray(24).toString();
const pageOfPath: FakePages = ({ url }) => fakePage(new URL(url).pathname.slice(1));

function run(
  command: 'test' | 'update',
  pages: FakePages,
  options: Partial<RunOptions> = {},
  parts: Partial<RunParts> = {},
  signal = new AbortController().signal,
): Promise<LocalRun> {
  return runLocal(
    {
      command,
      paths: ['tests'],
      currentFolder: folder,
      reportFolder: 'report',
      junitFile: null,
      choice: choice(''),
      baseUrl: null,
      baselineRule: null,
      workers: 2,
      runScripts: true,
      allowNoBaseline: false,
      failOnForgiven: false,
      retries: 0,
      failUnsettled: false,
      allowUnsettled: false,
      onlyMissing: false,
      embedBytes: 1_000_000,
      templatePath: join(folder, 'template.html'),
      toolVersion: '0.0.0',
      platform: 'test',
      env: process.env,
      graceMs: 200,
      implicitWaitMs: 50,
      ...options,
    },
    {
      capturer: fakeCapturer(pages),
      comparer: fakeComparer(),
      clock: realClock,
      readDom: unpackDom,
      findPages: () => Promise.reject(new Error('No file has a sitemap or a crawl.')),
      ...parts,
    },
    signal,
    (event) => events.push(event),
  );
}

const choice = (filter: string): RunOptions['choice'] => ({ filter, tags: [], shard: null });
const states = ({ report }: LocalRun): string[] =>
  report.tests.map(({ name, state, failure }) => `${name} ${failure?.reason ?? state}`);

it('only a test lets the baseline stand for a second screenshot', async () => {
  await writeYaml(twoTests);
  await writeBaseline('a', 'a');
  const expectedBy = async (command: 'test' | 'update'): Promise<(string | undefined)[]> => {
    const capturer = fakeCapturer(pageOfPath);
    await run(command, pageOfPath, { workers: 1 }, { capturer });
    return capturer.requests.map(({ expected }) => expected && Buffer.from(expected).subarray(24).toString());
  };
  expect(await expectedBy('test')).toEqual(['a', undefined]);
  expect(await expectedBy('update')).toEqual([undefined, undefined]);
});

describe('update', () => {
  it('writes baselines and the report', async () => {
    await writeYaml(twoTests);
    const result = await run('update', pageOfPath);
    expect(states(result)).toEqual(['a updated', 'b updated']);
    expect(result.status).toBe(0);
    expect(await readBaseline('a')).toBe('a');
    expect((await readdir(join(folder, 'tests'))).sort()).toEqual([
      '.dpxdt-references.json',
      'a.png',
      'a.yaml',
      'b.png',
    ]);
    expect((await readdir(join(folder, 'report'))).sort()).toEqual(['images', 'index.html', 'results.json']);
    expect((await readReport(join(folder, 'report'))).command).toBe('update');
  });

  it('leaves a baseline without a different pixel as it is, whatever its bytes', async () => {
    await writeYaml(twoTests);
    await writeBaseline('a', 'other bytes, same image');
    const result = await run('update', pageOfPath, {}, { comparer: fakeComparer(0) });
    expect(states(result)).toEqual(['a unchanged', 'b updated']);
    expect(await readBaseline('a')).toBe('other bytes, same image');
  });

  it('keeps the old baseline of a page that fails, and goes on', async () => {
    await writeYaml(twoTests);
    await writeBaseline('a', 'old');
    const result = await run('update', (request) =>
      request.url.endsWith('a') ? fakeFailure('page_too_large') : fakePage('b'),
    );
    expect(states(result)).toEqual(['a page_too_large', 'b updated']);
    expect(result.status).toBe(3);
    expect(await readBaseline('a')).toBe('old');
  });

  it('replaces a baseline that is no image', async () => {
    await writeYaml(twoTests);
    await writeFile(join(folder, 'tests/a.png'), 'no image');
    const comparer = fakeComparer();
    comparer.compare = () => Promise.reject(new AppError('image_invalid', 'no image'));
    expect(states(await run('update', pageOfPath, {}, { comparer }))).toEqual(['a updated', 'b updated']);
    expect(await readBaseline('a')).toBe('a');
  });

  it('with onlyMissing captures only what has no baseline', async () => {
    await writeYaml(twoTests);
    await writeBaseline('a', 'old');
    const first = await run('update', pageOfPath, { onlyMissing: true });
    expect(states(first)).toEqual(['b updated']);
    const second = await run('update', pageOfPath, { onlyMissing: true });
    expect([states(second), second.status, second.alreadyThere]).toEqual([[], 0, 2]);
    expect(await readBaseline('a')).toBe('old');
  });

  it('captures ref where test captures run', async () => {
    await writeYaml('tests:\n  - {name: a, run: {url: "http://x/new"}, ref: {url: "http://x/old"}}\n');
    await run('update', pageOfPath);
    expect(await readBaseline('a')).toBe('old');
    const result = await run('test', pageOfPath);
    expect(result.report.tests[0]).toMatchObject({
      state: 'differs',
      url: 'http://x/new',
      refUrl: 'http://x/old',
    });
  });
});

describe('test', () => {
  it('passes what equals its baseline and writes nothing into the folder', async () => {
    await writeYaml(twoTests);
    await run('update', pageOfPath);
    const before = await readdir(join(folder, 'tests'));
    const result = await run('test', pageOfPath);
    expect(states(result)).toEqual(['a same', 'b same']);
    expect(result.status).toBe(0);
    expect(await readdir(join(folder, 'tests'))).toEqual(before);
    expect(result.report.tests[0]!.before).toEqual(result.report.tests[0]!.after);
  });

  it('reports a difference with its images', async () => {
    await writeYaml(twoTests);
    await writeBaseline('a', 'old');
    await writeBaseline('b', 'b');
    const result = await run('test', pageOfPath);
    expect(states(result)).toEqual(['a differs', 'b same']);
    expect(result.status).toBe(1);
    expect(await readBaseline('a')).toBe('old');
    const [a] = result.report.tests;
    expect(a).toMatchObject({
      reference: 'tests/a.png',
      before: { path: 'images/a.ref.png', width: 4, height: 2 },
      after: { path: 'images/a.run.png' },
      mask: { path: 'images/a.mask.png' },
      diffPath: 'images/a.diff.png',
      comparison: { same: false, changedPixels: 3, distortion: 0.125 },
    });
    for (const kind of ['ref', 'run', 'mask', 'diff']) {
      expect(existsSync(join(folder, `report/images/a.${kind}.png`))).toBe(true);
    }
  });

  it('does not pass a test without baseline, unless that is allowed', async () => {
    await writeYaml(twoTests);
    await writeBaseline('b', 'b');
    const result = await run('test', pageOfPath);
    expect(states(result)).toEqual(['a reference_missing', 'b same']);
    expect(result.report.tests[0]!.failure!.message).toContain('dpxdt update');
    expect(result.status).toBe(3);
    const allowed = await run('test', pageOfPath, { allowNoBaseline: true });
    expect([states(allowed), allowed.status]).toEqual([['a new', 'b same'], 0]);
  });

  it('tries transient failures three times, others once', async () => {
    await writeYaml(twoTests);
    await writeBaseline('a', 'a');
    const capturer = fakeCapturer(({ url }, attempt) => {
      if (url.endsWith('a')) return attempt < 3 ? fakeFailure('page_crashed') : fakePage('a');
      return fakeFailure('http_status', 404);
    });
    const result = await run('test', pageOfPath, {}, { capturer });
    expect(states(result)).toEqual(['a same', 'b http_status']);
    expect(result.report.tests.map((test) => test.attempts)).toEqual([3, 1]);
    expect(result.report.tests[0]!.log).toContain('--- attempt 2 of 3 ---');
    const gaveUp = await run('test', () => fakeFailure('http_status', 503), { choice: choice('a') });
    expect([gaveUp.report.tests[0]!.attempts, gaveUp.status]).toEqual([3, 3]);
  });

  it('makes an invalid baseline and an unexpected error failures of that test', async () => {
    await writeYaml(twoTests);
    await writeBaseline('a', 'x');
    await writeBaseline('b', 'b');
    const comparer = fakeComparer();
    const compare = comparer.compare.bind(comparer);
    for (const [error, reason] of [
      [new AppError('image_invalid', 'The baseline is no image.'), 'image_invalid'],
      [new Error('boom'), 'internal'],
    ] as const) {
      comparer.compare = (request) =>
        Buffer.from((request.before as { bytes: Uint8Array }).bytes)
          .toString()
          .endsWith('x')
          ? Promise.reject(error)
          : compare(request);
      expect(states(await run('test', pageOfPath, {}, { comparer }))).toEqual([`a ${reason}`, 'b same']);
    }
  });

  it('starts the browser ahead, and only when there is something to capture', async () => {
    await writeYaml(twoTests);
    const capturer = fakeCapturer(pageOfPath);
    let starts = 0;
    capturer.start = async () => void starts++;
    await run('update', pageOfPath, { choice: choice('none') }, { capturer });
    expect(starts).toBe(0);
    await run('update', pageOfPath, {}, { capturer });
    expect(starts).toBe(1);
  });

  it('stops with the error when there is no browser, and keeps the earlier report', async () => {
    await writeYaml(twoTests);
    await run('update', pageOfPath);
    const earlier = await readFile(join(folder, 'report/results.json'), 'utf8');
    const missing = new AppError('browser_missing', 'No Chromium was found.');
    await expect(run('test', () => Promise.reject(missing))).rejects.toBe(missing);
    expect(await readFile(join(folder, 'report/results.json'), 'utf8')).toBe(earlier);
    expect((await readdir(join(folder, 'report'))).sort()).toEqual(['images', 'index.html', 'results.json']);
  });

  it('keeps at most `workers` captures in flight and the order of the file', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `t${index}`);
    await writeYaml(
      `tests:\n${names.map((name) => `  - {name: ${name}, url: "http://x/${name}"}\n`).join('')}`,
    );
    const capturer = fakeCapturer(async (request, attempt) => {
      await realClock.sleep(Math.random() * 5);
      return pageOfPath(request, attempt);
    });
    const result = await run('update', pageOfPath, { workers: 3 }, { capturer });
    expect(capturer.mostAtOnce).toBe(3);
    expect(result.report.tests.map((test) => test.name)).toEqual(names);
  });

  it('runs files by name and only the tests that the filter wants', async () => {
    await writeYaml('tests:\n  - {name: z, url: "http://x/z"}\n', 'b.yml');
    await writeYaml(twoTests);
    const result = await run('update', pageOfPath, { choice: choice('*-b') });
    expect(states(result)).toEqual(['a updated', 'z updated']);
    const nothing = await run('update', pageOfPath, { choice: choice('none') });
    expect([states(nothing), nothing.status, nothing.filteredOut]).toEqual([[], 4, 3]);
    await run('update', pageOfPath, { choice: choice('none'), junitFile: 'out/junit.xml' });
    expect(await readFile(join(folder, 'out/junit.xml'), 'utf8')).toContain('tests="0"');
    expect((await readReport(join(folder, 'report'))).tests).toHaveLength(2);
  });

  it('lists baselines that no test writes, whatever the filter', async () => {
    await writeYaml(twoTests);
    for (const name of ['a', 'b', 'old']) await writeBaseline(name, name);
    const { report } = await run('test', pageOfPath, { choice: choice('a') });
    expect(report.unusedReferences).toEqual([join('tests', 'old.png')]);
  });

  it('masks secrets in the report', async () => {
    await writeYaml(
      'tests:\n  - {name: a, url: "http://me:hidden1@x/a", config: {httpUserName: me, httpPassword: hidden2, cookies: [{name: c, value: hidden3}], extraHeaders: {X-Key: hidden4}, injectHeaders: {"http://x/": {X-Key: hidden5}}}}\n',
    );
    await run('update', pageOfPath);
    const text = await readFile(join(folder, 'report/results.json'), 'utf8');
    expect(text).not.toContain('hidden');
    expect(text).toContain('X-Key');
    expect(await readFile(join(folder, 'report/index.html'), 'utf8')).not.toContain('hidden');
  });

  it('never replaces files that are no report', async () => {
    await writeYaml(twoTests);
    await mkdir(join(folder, 'site'));
    await writeFile(join(folder, 'site/index.html'), 'mine');
    await expect(run('update', pageOfPath, { reportFolder: 'site' })).rejects.toThrow(
      'not part of a dpxdt report',
    );
    expect(await readdir(join(folder, 'site'))).toEqual(['index.html']);
  });

  it('replaces the old report whole, and leaves other files of the folder alone', async () => {
    await writeYaml(twoTests);
    await run('update', pageOfPath);
    await writeFile(join(folder, 'report/notes.txt'), 'mine');
    await run('test', pageOfPath, { choice: choice('a') });
    expect(await readdir(join(folder, 'report/images'))).toEqual(['a.run.png']);
    expect(await readFile(join(folder, 'report/notes.txt'), 'utf8')).toBe('mine');
  });

  it('ends at once when interrupted, with the reason and the earlier report', async () => {
    await writeYaml(twoTests);
    await run('update', pageOfPath);
    const interruption = new AbortController();
    const reason = new Error('interrupted');
    const never: FakePages = () => {
      interruption.abort(reason);
      return new Promise(() => undefined);
    };
    await expect(run('test', never, {}, {}, interruption.signal)).rejects.toBe(reason);
    expect((await readReport(join(folder, 'report'))).command).toBe('update');
  });
});

it('leaves the baselines of other platforms alone', async () => {
  await writeYaml(`references: per-platform\n${twoTests}`);
  for (const name of ['a~other-x64-chromium', 'gone~other-x64-chromium', 'a']) await writeBaseline(name, 'x');
  const { report } = await run('update', pageOfPath);
  expect(report.tests[0]!.reference).toMatch(/a~\w+-\w+-chromium\.png$/);
  expect(report.unusedReferences).toEqual(
    ['a.png', 'gone~other-x64-chromium.png'].map((name) => join('tests', name)),
  );
});

describe('forgiven pixels', () => {
  const forgiving = { comparer: fakeComparer(0, 12) };
  const yamlOf = (config: string) =>
    writeYaml(`tests:\n  - { name: a, url: 'http://x/a', config: ${config} }\n`);

  it('are the same, with a count, regions and a mask', async () => {
    await yamlOf('{}');
    await writeBaseline('a', 'old');
    const result = await run('test', pageOfPath, {}, forgiving);
    expect(states(result)).toEqual(['a same']);
    expect(result.status).toBe(0);
    const { tests } = await readReport(join(folder, 'report'));
    expect(tests[0]).toMatchObject({
      state: 'same',
      mask: null,
      diffPath: null,
      forgivenMask: { path: 'images/a.forgiven.png', width: 4, height: 2 },
      comparison: {
        same: true,
        forgivenPixels: 12,
        forgivenRegions: [{ left: 1, top: 2, width: 3, height: 4, changedPixels: 12 }],
        hidden: 'Forgiven: 12 pixels as anti-aliasing; distortion 0.125000.',
      },
    });
    expect(await readFile(join(folder, 'report/images/a.forgiven.png'))).toEqual(fakePng('forgiven'));
  });

  it.each([
    ['{ failOnForgiven: true }', false, 1],
    ['{}', true, 1],
    ['{ failOnForgiven: false }', true, 0],
    ['{}', false, 0],
  ])('with config %s and failOnForgiven %s end with status %i', async (config, failOnForgiven, status) => {
    await yamlOf(config);
    await writeBaseline('a', 'old');
    const result = await run('test', pageOfPath, { failOnForgiven }, forgiving);
    expect(states(result)).toEqual([status === 1 ? 'a differs' : 'a same']);
    expect(result.status).toBe(status);
    expect(result.report.tests[0]!.forgivenMask).not.toBeNull();
  });
});

describe('the structure of pages', () => {
  const version = { text: 'Sale' };
  const pageWithDom = (): CaptureOutcome => {
    const page = fakePage(version.text);
    return page.ok ? { ...page, dom: sampleDom(version.text) } : page;
  };
  const names = ({ report }: LocalRun) =>
    report.tests.map(({ comparison }) => changeNames(comparison?.alignment?.changes ?? []));
  const comparer = aligning(fakeComparer());
  const oneTest = 'tests:\n  - name: a\n    url: http://x.test/a\n';

  it('is kept beside the baselines and names what changed, until the baseline is another one', async () => {
    await writeYaml(oneTest);
    version.text = 'Sale';
    await run('update', pageWithDom, {}, { comparer });
    expect((await readdir(join(folder, 'tests/.dpxdt-dom'))).sort()).toEqual(['.gitignore', 'a.dom']);
    expect(await readFile(join(folder, 'tests/.dpxdt-dom/.gitignore'), 'utf8')).toBe('*\n');
    version.text = 'Clearance';
    const result = await run('test', pageWithDom, {}, { comparer });
    expect(names(result)).toEqual([['header > a: text "Sale" → "Clearance"']]);
    expect(describeResult(result.report.tests[0]!)).toContain('\n  header > a: text "Sale" → "Clearance"');
    await approve({ folder: './tests', names: [], currentFolder: folder, reportFolder: 'report' });
    version.text = 'Outlet';
    expect(names(await run('test', pageWithDom, {}, { comparer }))).toEqual([
      ['header > a: text "Clearance" → "Outlet"'],
    ]);
    await writeBaseline('a', 'pulled');
    expect(names(await run('test', pageWithDom, {}, { comparer }))).toEqual([[]]);
  });

  it('is learned by a test that passes, only where the folder exists', async () => {
    await writeYaml(oneTest);
    await writeBaseline('a', 'Sale');
    version.text = 'Sale';
    const capturer = fakeCapturer(pageWithDom);
    await run('test', pageWithDom, {}, { comparer });
    expect(existsSync(join(folder, 'tests/.dpxdt-dom'))).toBe(false);
    await mkdir(join(folder, 'tests/.dpxdt-dom'));
    await run('test', pageWithDom, {}, { comparer, capturer });
    await run('test', pageWithDom, {}, { comparer, capturer });
    expect(capturer.requests.map(({ isDomKnown }) => isDomKnown)).toEqual([false, true]);
    version.text = 'Clearance';
    expect(names(await run('test', pageWithDom, {}, { comparer }))[0]).toHaveLength(1);
  });
});

describe('with what baselines were captured', () => {
  /** A browser of that version, whose pages show it where they differ. */
  const browser =
    (version: string, differing: readonly string[]): FakePages =>
    ({ url }) => {
      const name = url.slice(-1);
      const page = fakePage(differing.includes(name) ? version : name) as CapturedPage;
      return { ...page, browserVersion: `Chromium ${version}`, engine: { ...page.engine, version } };
    };
  const warnings = (): string[] =>
    events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));

  it('is recorded by update and approve, and said before the first difference if it changed', async () => {
    await writeYaml(`${twoTests}  - {name: c, url: "http://x/c"}\n`);
    await run('update', browser('156.0.1', []));
    const same = await run('test', browser('157.0.2', []));
    expect(same.report).toMatchObject({ environment: [], tests: [{ warnings: [] }, {}, {}] });
    const differing = await run('test', browser('157.0.2', ['a', 'b']), { workers: 1 });
    expect(differing.report.environment).toEqual(['The browser changed from 156 to 157: 2 of 3 differ.']);
    expect(differing.report.tests.map(({ warnings = [] }) => warnings.map(({ code }) => code))).toEqual([
      ['environment_changed'],
      ['environment_changed'],
      [],
    ]);
    const news = 'The browser changed from 156 to 157. Differences may come from that alone.';
    expect(warnings()).toEqual([news]);
    const said = events.findIndex((event) => event.type === 'warning');
    const first = events.findIndex(
      (event) => event.type === 'test_finished' && event.result.state === 'differs',
    );
    expect(said).toBeLessThan(first);
    await approve({ folder: 'tests', names: ['a'], currentFolder: folder, reportFolder: 'report' });
    const rest = await run('test', browser('157.0.2', ['b']));
    expect(rest.report.environment).toEqual(['The browser changed from 156 to 157: 1 of 2 differs.']);
    // What update finds unchanged is known to look the same in the new browser.
    await run('update', browser('157.0.2', ['b']));
    expect((await run('test', browser('157.0.2', ['c']))).report.environment).toEqual([]);
  });

  it('is asked about where nothing is recorded', async () => {
    await writeYaml(twoTests);
    await writeBaseline('a', 'old');
    await writeBaseline('b', 'b');
    const { report } = await run('test', browser('157', []));
    expect(report.environment).toEqual([
      'The baseline has no record of how it was captured (earlier versions captured pages without a mouse, some in their touch layout): 1 of 2 differs.',
    ]);
    expect(existsSync(join(folder, 'tests/.dpxdt-references.json'))).toBe(false);
  });
});
