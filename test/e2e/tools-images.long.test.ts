/** Images of one's own, sent by the real command to a real server. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseDocument } from 'htmlparser2';
import sharp from 'sharp';
import { expect, it, onTestFinished } from 'vitest';
import { GitProject } from '../support/git-project.ts';
import { runDpxdt, startDpxdt, type DpxdtResult } from '../support/run-dpxdt.ts';
import { newFolder, startServerProcess, type ServerProcess } from '../support/running-server.ts';

const testdata = new URL('../../tests/testdata', import.meta.url).pathname;

function tools(folder: string, server: ServerProcess) {
  const env = { DPXDT_SERVER: server.url, DPXDT_BUILD_ID: '1' };
  const run = (args: string[], more: Record<string, string> = {}): Promise<DpxdtResult> =>
    runDpxdt(args, { currentFolder: folder, env: { ...env, ...more } });
  const decide = (releaseName: string, releaseNumber: number, decision: 'good' | 'bad') =>
    server.client.reviewRelease({ buildId: 1, releaseName, releaseNumber, decision });
  return { run, decide, env };
}

async function paint(path: string, colour: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const create = { width: 64, height: 48, channels: 3, background: colour } as const;
  writeFileSync(path, await sharp({ create }).png().toBuffer());
}

it("runs the original's example twice, with a decision in between", async () => {
  const folder = newFolder();
  cpSync(testdata, join(folder, 'tests/testdata'), { recursive: true });
  const server = await startServerProcess(folder, ['--workers', '1']);
  const { run, decide } = tools(folder, server);
  const call = (file: string, ...more: string[]) =>
    run([
      'diff-my-images',
      '--upload_build_id=1',
      `--release_server_prefix=${server.url}/api`,
      '--release_cut_url=http://example.com/my/release/branch',
      `--tests_json_path=tests/testdata/${file}`,
      '--upload_release_name=Awesome',
      ...more,
    ]);

  const first = await call('my_tests.json');
  expect(first, first.stderr).toMatchObject({ status: 0 });
  expect(first.stdout).toContain(
    `Results: ${server.url.replace('127.0.0.1', 'localhost')}/release?id=1&name=Awesome&number=1`,
  );
  expect(first.stderr).toMatch(/^Warning: My other page: The log "\/tmp\/testlog2\.txt" does not exist\./);
  await decide('Awesome', 1, 'good');

  const second = await call('my_tests2.json', '--wait');
  expect(second, second.stdout).toMatchObject({ status: 1 });
  expect(second.stdout).toMatch(/My other page +differs +Distortion 0\.\d+: [\d,]+ pixels/);
  expect(second.stdout).toContain('2 runs: 1 differ, 1 same.');
  const { run: seen } = await server.client.runDetail({
    buildId: 1,
    releaseName: 'Awesome',
    releaseNumber: 2,
    runName: 'My homepage',
  });
  expect(seen).toMatchObject({
    status: 'diff_not_found',
    current: { url: 'http://example.com/another/url/that/is/here' },
  });
  expect(seen.current.log).not.toBeNull();
});

it('tells every outcome by its exit status, also in JSON, JUnit and Markdown', async () => {
  const folder = newFolder();
  const server = await startServerProcess(folder, ['--workers', '1']);
  const { run, decide } = tools(folder, server);
  const screenshots = join(folder, 'screenshots');
  await paint(join(screenshots, 'home.png'), 'teal');
  await paint(join(screenshots, 'shop/cart <1>.png'), 'olive');
  const call = (...more: string[]) =>
    run(['diff-my-images', '--dir', 'screenshots', '--upload-release-name', 'r', '--wait', ...more]);

  mkdirSync(join(folder, 'empty'));
  const empty = await run(['diff-my-images', '--dir', 'empty', '--wait']);
  expect(empty).toMatchObject({ status: 4 });
  expect(empty.stdout).toContain('there was nothing to send, so no release was created');
  const first = await call();
  expect(first).toMatchObject({ status: 4 });
  expect(first.stdout).toContain('Nothing was compared: no run has a baseline yet.');
  expect(await call('--allow-no-baseline')).toMatchObject({ status: 0 });
  await decide('r', 2, 'good');

  const same = await call('--junit', 'out/dpxdt.xml');
  expect(same, same.stdout).toMatchObject({ status: 0 });
  expect(same.stdout).toContain('files uploaded: 0, already on the server: 2');
  expect(same.stdout).toContain('No differences: 2 runs compared.');

  await paint(join(screenshots, 'shop/cart <1>.png'), 'tomato');
  const summary = join(folder, 'step-summary.md');
  const different = await run(
    [
      'diff-my-images',
      '--dir=screenshots',
      '--wait',
      '--json',
      '--junit=out/dpxdt.xml',
      '--summary=out/summary.md',
    ],
    {
      GITHUB_ACTIONS: 'true',
      GITHUB_REF_NAME: 'feature/x',
      GITHUB_SHA: '0123456789abcdef',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'shop/web',
      GITHUB_RUN_ID: '7',
      GITHUB_STEP_SUMMARY: summary,
    },
  );
  expect(different, different.stderr).toMatchObject({ status: 1 });
  expect(JSON.parse(different.stdout)).toMatchObject({
    tool: 'diff-my-images',
    exit_status: 1,
    release_name: 'feature/x 01234567',
    branch: 'feature/x',
    ci_url: 'https://github.com/shop/web/actions/runs/7',
    counts: { total: 2, undecided: 1, same: 1 },
    runs: [
      { name: 'shop/cart <1>', state: 'differs' },
      { name: 'home', state: 'same' },
    ],
  });
  const { release } = (await server.client.listReleases({ buildId: 1 })).releases[0]!;
  expect(release).toMatchObject({
    commit: '0123456789abcdef',
    ciUrl: 'https://github.com/shop/web/actions/runs/7',
  });
  expect(testCases(readFileSync(join(folder, 'out/dpxdt.xml'), 'utf8'))).toEqual([
    ['shop/cart <1>', 'failure'],
    ['home', null],
  ]);
  const markdown = readFileSync(summary, 'utf8');
  expect(markdown.trimEnd()).toBe(readFileSync(join(folder, 'out/summary.md'), 'utf8').trimEnd());
  expect(markdown).toContain('[shop/cart &#60;1&#62;](http');

  writeFileSync(
    join(folder, 'tests.yaml'),
    '- {name: home, image_path: screenshots/home.png}\n- {name: gone, image_path: screenshots/gone.png}\n',
  );
  const failed = await run(['diff-my-images', '--tests-json-path', 'tests.yaml', '--wait']);
  expect(failed).toMatchObject({ status: 3 });
  expect(failed.stdout).toMatch(/gone +failed +reported: The image "screenshots\/gone.png" does not exist\./);
});

it('never compares baselines that git tracks unchanged, but what Playwright rendered', async () => {
  const project = GitProject.make();
  onTestFinished(() => project.remove());
  const { folder } = project;
  const server = await startServerProcess(newFolder(), ['--workers', '1']);
  const { run, decide } = tools(folder, server);
  const snapshots = join(folder, 'e2e/shop.spec.ts-snapshots');
  await paint(join(snapshots, 'home-chromium-linux.png'), 'teal');
  await paint(join(snapshots, 'cart-chromium-linux.png'), 'olive');
  project.git('add', '--all');
  project.git('commit', '--quiet', '--message', 'snapshots');
  const call = (...more: string[]) =>
    run(['diff-my-images', '--playwright', '--upload-release-name', 'r', '--wait', ...more]);

  const refused = await call();
  expect(refused).toMatchObject({ status: 2, stdout: '' });
  expect(refused.stderr).toContain('All 2 images in "." are as committed to git: Playwright compares');
  expect((await run(['diff-my-images', '--dir', 'e2e', '--wait'])).status).toBe(2);
  expect((await server.client.listReleases({ buildId: 1 })).releases).toEqual([]);
  expect(await call('--allow-committed', '--allow-no-baseline')).toMatchObject({ status: 0 });
  await decide('r', 1, 'good');

  // The page changed and Playwright failed.
  const results = join(folder, 'test-results/shop-home-page-chromium');
  await paint(join(results, 'home-actual.png'), 'tomato');
  await paint(join(results, 'home-expected.png'), 'teal');
  await paint(join(results, 'home-diff.png'), 'red');
  const failed = await call();
  expect(failed, failed.stderr).toMatchObject({ status: 1 });
  expect(failed.stdout).toMatch(/e2e\/shop\.spec\.ts\/home-chromium-linux +differs/);
  expect(failed.stdout).toContain('1 run: 1 differ.');
  expect(failed.stderr).toContain('1 of 2 images in "." is as committed to git and left out');
  expect(await run(['diff-my-images', '--playwright', '--no-git', '--wait'])).toMatchObject({ status: 1 });
});

it('marks the attempt bad when it is interrupted, and waits no longer than it may', async () => {
  const folder = newFolder();
  // Without a worker nothing that differs is ever compared.
  const server = await startServerProcess(folder, ['--workers', '0']);
  const { run, decide, env } = tools(folder, server);
  await paint(join(folder, 'screenshots/home.png'), 'teal');
  const args = ['diff-my-images', '--dir', 'screenshots', '--upload-release-name', 'r', '--wait'];
  await run(args);
  await decide('r', 1, 'good');
  await paint(join(folder, 'screenshots/home.png'), 'tomato');

  const late = await run([...args, '--timeout', '1']);
  expect(late).toMatchObject({ status: 6 });
  expect(late.stdout).toContain('The release was not ready in time; the server continues processing it.');

  const waiting = startDpxdt(args, { currentFolder: folder, env });
  await waiting.untilOutput(/1 run sent/);
  waiting.process.kill('SIGINT');
  expect(await waiting.result).toMatchObject({ status: 130 });
  const { release } = (await server.client.listReleases({ buildId: 1 })).releases[0]!;
  expect(release).toMatchObject({ number: 3, status: 'bad', decisionNote: 'cancelled by the client' });
});

it('waits for a decision, in the call that sends and in one of its own', async () => {
  const folder = newFolder();
  const server = await startServerProcess(folder, ['--workers', '1']);
  const { run, decide, env } = tools(folder, server);
  await paint(join(folder, 'shots/home.png'), 'teal');
  const args = [
    'diff-my-images',
    '--dir',
    'shots',
    '--upload-release-name',
    "it's r",
    '--wait-for',
    'decision',
  ];
  const wait = ['wait', '--build', '1', '--release', "it's r"];

  const late = await run([...args, '--timeout', '2']);
  expect(late, late.stderr).toMatchObject({ status: 6 });
  expect(late.stdout).toContain('The release is not decided yet: 1 new.');
  expect(late.stdout).toContain(`To wait longer: dpxdt wait --build 1 --release 'it'\\''s r' --number 1`);
  const waiting = startDpxdt([...wait, '--json', '--junit', 'out.xml', '--summary', 'out.md'], {
    currentFolder: folder,
    env,
  });
  await waiting.untilOutput(/Waiting for a decision: 1 new/);
  await server.client.reviewRelease({
    buildId: 1,
    releaseName: "it's r",
    releaseNumber: 1,
    decision: 'good',
    note: 'first of all',
  });
  const good = await waiting.result;
  expect(good, good.stderr).toMatchObject({ status: 0 });
  expect(JSON.parse(good.stdout)).toMatchObject({
    tool: 'wait',
    exit_status: 0,
    release_number: 1,
    status: 'good',
    decision_note: 'first of all',
    runs: [{ name: 'home', state: 'new' }],
  });
  expect(readFileSync(join(folder, 'out.xml'), 'utf8')).toContain(
    'name="decision_note" value="first of all"',
  );
  expect(readFileSync(join(folder, 'out.md'), 'utf8')).toMatch(
    /^### ✅ dpxdt wait[^]*marked good[^]*first of all/,
  );
  // A decision is reported immediately, and unchanged pages have no difference.
  expect(await run(wait)).toMatchObject({ status: 0 });
  expect(await run(args)).toMatchObject({ status: 0 });

  await paint(join(folder, 'shots/home.png'), 'tomato');
  const sending = startDpxdt(args, { currentFolder: folder, env });
  await sending.untilOutput(/Waiting for a decision: 1 differ/);
  await decide("it's r", 3, 'bad');
  expect(await sending.result).toMatchObject({ status: 1 });
  expect(await run([...wait, '--number', '1'])).toMatchObject({ status: 0 });

  expect(await run(['wait', '--build', '1', '--release', 'none'])).toMatchObject({ status: 2 });
  expect(await run([...wait, '--number', '9'])).toMatchObject({ status: 2 });
  expect(await run([...wait, '--for', 'ever'])).toMatchObject({ status: 2 });
  expect((await run([...args, '--no-wait'])).stderr).toContain('Use only one of --no-wait and --wait-for.');
});

it('outlives a server that is killed and comes back while images are sent', async () => {
  const folder = newFolder();
  const server = await startServerProcess(folder, ['--workers', '0']);
  const { env } = tools(folder, server);
  const names = Array.from({ length: 40 }, (_, index) => `screenshots/${index}.png`);
  for (const [index, name] of names.entries()) await paint(join(folder, name), `rgb(${index}, 0, 0)`);
  const args = [
    'diff-my-images',
    '--dir',
    'screenshots',
    '--send-concurrency',
    '2',
    '--wait',
    '--allow-no-baseline',
  ];
  const sending = startDpxdt(args, { currentFolder: folder, env });
  await sending.untilOutput(/was created/);
  server.process.kill('SIGKILL');
  await server.result;
  const again = await startServerProcess(folder, ['--workers', '0', '--port', new URL(server.url).port]);
  const { status, stdout, stderr } = await sending.result;
  expect(status, stdout + stderr).toBe(0);
  expect(stdout).toContain('40 runs: 40 new.');
  const { releases } = await again.client.listReleases({ buildId: 1 });
  expect(releases.map(({ release }) => release.status)).toEqual(['reviewing']);
});

interface Node {
  name?: string;
  attribs?: Record<string, string>;
  children?: Node[];
}

/** Names of the test cases with the element that says how they ended. */
function testCases(xml: string): [string, string | null][] {
  const visit = (node: Node): Node[] =>
    node.name === 'testcase' ? [node] : (node.children ?? []).flatMap(visit);
  return visit(parseDocument(xml, { xmlMode: true }) as unknown as Node).map(({ attribs, children }) => [
    attribs!.name!,
    children?.find(({ name }) => name !== undefined)?.name ?? null,
  ]);
}
