import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servePages } from '../support/page-server.ts';
import { callDpxdt } from '../support/call-dpxdt.ts';
import { runDpxdt, type DpxdtResult } from '../support/run-dpxdt.ts';

/** The kernel refuses to look there, even for root. */
const tooLong = 'x'.repeat(300);

/** Calls that need no browser: in this process, and a few in real ones. */
let folder: string;
const run = (args: string[], env: Record<string, string> = {}): Promise<DpxdtResult> =>
  callDpxdt(args, { currentFolder: folder, env });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dpxdt-calls-'));
  await mkdir(join(folder, 'tests'));
  await writeFile(
    join(folder, 'tests/a.yaml'),
    'tests:\n  - {name: home, url: "http://x/"}\n  - {name: about_us, url: "http://x/about"}\n',
  );
  await mkdir(join(folder, 'bomb'));
  const levels = Array.from(
    { length: 9 },
    (_, level) => `l${level + 1}: &l${level + 1} [${Array<string>(9).fill(`*l${level}`).join(', ')}]`,
  );
  await writeFile(join(folder, 'bomb/a.yaml'), ['l0: &l0 [lol, lol]', ...levels, 'tests: []'].join('\n'));
  await mkdir(join(folder, 'typo'));
  await writeFile(join(folder, 'typo/a.yaml'), 'tests:\n  - name: home\n    ulr: http://x/\n');
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'empty/a.yaml'), 'tests: []\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('wrong calls end with status 2, one sentence and no stack trace', () => {
  it.each<[string[], RegExp, Record<string, string>?]>([
    [['tset', 'tests'], /Unknown command 'tset'\. Did you mean test\? "dpxdt --help" lists the commands\./],
    [
      ['test', '--workrs', '2', 'tests'],
      /Unknown option '--workrs'\. Did you mean --workers\? "dpxdt test --help"/,
    ],
    [['test'], /Missing required argument 'path'\. "dpxdt test --help" lists what is known\./],
    [['test', 'more'], /The folder "more" does not exist/],
    [['admin'], /"dpxdt admin" needs a subcommand\. "dpxdt admin --help" lists them\./],
    [['admin', 'tset'], /Unknown command 'tset'\. "dpxdt admin --help" lists the commands\./],
    [
      ['test', 'tests', '--workers', 'many'],
      /The value "many" of flag --workers is invalid: it must be a number\./,
    ],
    [
      ['server', '--trusted-proxies', 'front'],
      /flag --trusted-proxies is invalid: "front" is neither an address/,
    ],
    ...['list-queues', 'fsck', 'sweep', 'adopt', 'revoke-key k', 'make-superuser k'].map(
      (call): [string[], RegExp] => [
        ['admin', ...call.split(' ')],
        /dpxdt-data holds no data\. Name the data folder with --data-dir/,
      ],
    ),
    [
      ['migrate', '--data-dir', 'typo-data'],
      /typo-data holds no data\. Name the data folder with --data-dir, or start a server to create one/,
    ],
    [
      ['admin', 'fsck', '--data-dir', tooLong],
      /The data folder .* cannot be read \(ENAMETOOLONG\): run this as the user of the server/,
    ],
    [
      ['backup', 'new', '--data-dir', tooLong],
      /The data folder .* cannot be read \(ENAMETOOLONG\): run this as the user of the server/,
    ],
    [
      ['worker', '--label-only'],
      /--label-only needs a label: name one with --label, or leave --label-only out/,
    ],
    [
      ['worker', '--label', 'a/b'],
      /--label is invalid: must be 1 to 40 letters, digits, dots, dashes and underscor/,
    ],
    [
      ['move', '--data-dir', 'tests', '--to-data-dir', 'tests/a.yaml', '--dry-run'],
      /tests\/a\.yaml is not a folder\. Choose another folder with --to-data-dir/,
    ],
    [
      ['move', '--data-dir', 'tests', '--to-data-dir', 'tests/a.yaml'],
      /tests\/a\.yaml is not a folder\. Choose another folder with --to-data-dir/,
    ],
    [['test', 'tests', '--quiet', '--verbose'], /cannot be used with/],
    [['test', 'nowhere'], /The folder "nowhere" does not exist/],
    [['test', 'typo'], /typo\/a\.yaml:3:5: "tests\[0\]\.ulr" is not a known key\. Did you mean "url"\?/],
    [['test', 'bomb'], /bomb\/a\.yaml:\d+:\d+: The config is too complex/],
    [['approve', 'tests'], /There is no report in .*: run "dpxdt test DIR" first/],
    [['report'], /There is no report/],
    [['init', 'tests'], /tests\/a\.yaml already exists/],
    [['test', 'tests'], /environment DPXDT_WORKERS is invalid/, { DPXDT_WORKERS: '-1' }],
    [['update', 'tests', '--allow-no-baseline'], /Unknown option '--allow-no-baseline'/],
  ])('%j', async (args, message, env = {}) => {
    const { status, stdout, stderr } = await run(args, env);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^dpxdt: [^\n]*\n$/);
    expect([status, stdout]).toEqual([2, '']);
  });
});

it.each<[string[], Record<string, string>]>([
  [['server'], { DPXDT_S3_BUCKET: 'abc', DPXDT_S3_ENDPOINT: 'https://u:hunter2@s3.example/path' }],
  [['server'], { DPXDT_DATABASE_URL: 'mysql://u:hunter2@db/x' }],
  [['server'], { DPXDT_DATABASE_URL: 'postgres://u:hunter2/#@db/x' }],
  [['server', '--public-url', 'https://u:hunter2@dpxdt.example'], {}],
  [['worker', '--browser-endpoint', 'ftp://u:hunter2@127.0.0.1:9222'], {}],
  [['worker', '--server', 'ftp://u:hunter2@dpxdt.example'], {}],
  [['move', '--to-artifacts', 's3://u:hunter2@bucket'], {}],
])('%j shows no password of an address', async (args, env) => {
  const { status, stdout, stderr } = await run(args, env);
  expect(stderr).toMatch(/^dpxdt: [^\n]*\n$/);
  expect(stdout + stderr).not.toContain('hunter2');
  expect(status).toBe(2);
});

it('says in one line that a server speaks no TLS', async () => {
  const server = await servePages({});
  const { status, stderr } = await run([
    'admin',
    'list-queues',
    '--server',
    server.origin.replace('http:', 'https:'),
  ]);
  await server.close();
  expect(stderr).toMatch(
    /^dpxdt: Could not reach the server at https:[^\n]*: TLS failed: wrong version number, [^\n]*\.\n$/,
  );
  expect(status).toBe(5);
});

describe('as a process', () => {
  it.each<[string[], number, Record<string, string>?]>([
    [['--version'], 0],
    [['test', 'tests', '--list_tests'], 0],
    [['tset', 'tests'], 2],
    [['test', 'bomb'], 2],
    [['test', 'tests'], 2, { DPXDT_WORKERS: '-1' }],
    [['test', 'tests', '--test_filter', 'none'], 4],
  ])('%j prints and ends as it does in this one', async (args, status, env = {}) => {
    const real = await runDpxdt(args, { currentFolder: folder, env });
    expect(real).toEqual(await run(args, env));
    expect(real.status).toBe(status);
  });
});

describe('calls that need no browser', () => {
  it('prints help with examples for every command, on standard output', async () => {
    const names = [
      'update',
      'test',
      'approve',
      'init',
      'doctor',
      'report',
      'worker',
      'move',
      'backup',
      'restore',
    ];
    const deletions = ['delete-release', 'restore-release', 'delete-build', 'restore-build', 'list-deleted'];
    const admin = [...deletions, 'retention', 'disk'].map((name) => ['admin', name]);
    const calls = [[], ...names.map((name) => [name]), ...admin];
    for (const { status, stdout, stderr } of await Promise.all(
      calls.map((call) => run([...call, '--help'])),
    )) {
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^Usage: dpxdt/);
      expect(stdout).toContain('Examples:');
    }
  });

  it('prints the version of the package', async () => {
    const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
    const { version } = JSON.parse(text) as { version: string };
    expect(await run(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('lists tests, with both spellings of the flags', async () => {
    const all = await run(['test', 'tests', '--list_tests']);
    expect([all.status, all.stdout]).toEqual([0, 'home\nabout_us\n']);
    const some = await run(['test', '--list-tests', '--test_filter=about_*', 'tests', '--json']);
    expect(JSON.parse(some.stdout)).toEqual(['about_us']);
  });

  it('ends with 4 when there is nothing to compare', async () => {
    const filtered = await run(['test', 'tests', '--test_filter', 'none']);
    expect(filtered.status).toBe(4);
    expect(filtered.stdout).toContain('the filter "none" matches none of 2 tests');
    const empty = await run(['test', 'empty', '--json']);
    expect(empty.status).toBe(4);
    expect(JSON.parse(empty.stdout)).toMatchObject({ version: 1, tests: [] });
  });

  it('writes a first config once', async () => {
    const first = await run(['init', 'fresh']);
    expect([first.status, first.stderr]).toEqual([0, '']);
    const listed = await run(['test', 'fresh', '--list-tests']);
    expect(listed.stdout).toBe('example\n');
    expect((await run(['init', 'fresh'])).status).toBe(2);
  });

  it('reads settings files, one at a time', async () => {
    const broken = join(folder, 'dpxdt.config.json');
    await writeFile(broken, '{"worker": 2}');
    expect((await run(['test', 'empty'])).stderr).toContain(
      '"worker" is not a known setting. Did you mean "workers"?',
    );
    await writeFile(
      join(folder, 'dpxdt.config.ts'),
      'const workers: number = 0;\nexport default { workers };\n',
    );
    expect((await run(['test', 'empty'])).stderr).toContain('several settings files');
    await rm(broken);
    expect((await run(['test', 'empty'])).stderr).toContain('The value 0 of file dpxdt.config.ts is invalid');
    await writeFile(join(folder, 'dpxdt.config.ts'), 'throw new Error("boom");\n');
    // A process imports a file only once.
    const again = await runDpxdt(['test', 'empty'], { currentFolder: folder });
    expect(again.stderr).toBe('dpxdt: dpxdt.config.ts cannot be read: boom\n');
    await rm(join(folder, 'dpxdt.config.ts'));
  });
});
