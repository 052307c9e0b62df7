/** The action for GitHub and the component for GitLab: their own steps, run as the systems would run them, with the packed tools. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { pixelPng } from '../support/png-writer.ts';
import { newFolder, startServerProcess } from '../support/running-server.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'dpxdt-action-'));
const project = join(folder, 'project');
let tarball: string;

interface Ran {
  status: number;
  text: string;
}

function run(command: string, cwd: string, env: Record<string, string> = {}): Promise<Ran> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve) => {
    const options = {
      cwd,
      env: { PATH, HOME, CI: 'true', npm_config_prefer_offline: 'true', ...env },
      maxBuffer: 10_000_000,
    };
    execFile('bash', ['-e', '-o', 'pipefail', '-c', command], options, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), text: stdout + stderr }),
    );
  });
}

beforeAll(async () => {
  await run(`"${process.execPath}" scripts/build-js.ts`, root);
  const packed = await run(`npm pack --ignore-scripts --pack-destination "${folder}" 2>/dev/null`, root);
  tarball = join(folder, packed.text.trim().split('\n').at(-1)!);
  mkdirSync(join(project, 'my screenshots'), { recursive: true });
  writeFileSync(join(project, 'my screenshots', 'home.png'), pixelPng('home'));
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const startServer = () => startServerProcess(newFolder(), ['--workers', '0']);

const tool = "diff-my-images --dir 'my screenshots'";

it('the action installs the packed tools and runs one', async () => {
  const { url: server } = await startServer();
  const { inputs, runs } = parse(read('action/action.yml')) as {
    inputs: Record<string, { default?: string }>;
    runs: { steps: { if?: string; run?: string; env?: Record<string, string> }[] };
  };
  const given: Record<string, string> = { run: tool, package: tarball };
  const value = (text: string) =>
    text
      .replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_all, name: string) => given[name] ?? inputs[name]!.default!)
      .replaceAll('${{ runner.temp }}', join(folder, 'temp'));
  const steps = runs.steps.filter((step) => step.if === undefined);
  expect(steps).toHaveLength(2);
  for (const step of steps) {
    const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, text]) => [name, value(text)]));
    const output = { GITHUB_OUTPUT: join(folder, 'output') };
    const ran = await run(step.run!, project, {
      DPXDT_SERVER: server,
      DPXDT_BUILD_ID: '1',
      ...output,
      ...env,
    });
    expect(ran.status, ran.text).toBe(0);
  }
  expect(await (await fetch(`${server}/api/v1/builds/1/releases`)).text()).toContain('"total":1');
});

it('the component installs the packed tools and runs one', async () => {
  const { url: server } = await startServer();
  const [spec, jobs] = parseAllDocuments(read('templates/dpxdt.yml')).map(
    (document) => document.toJS() as unknown,
  );
  const { inputs } = (spec as { spec: { inputs: Record<string, { default?: unknown }> } }).spec;
  const given: Record<string, string> = { run: tool, package: tarball };
  const value = (text: string) =>
    text.replace(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_all, name: string) =>
      String(given[name] ?? inputs[name]!.default),
    );
  const [name, job] = Object.entries(
    jobs as Record<string, { variables: Record<string, string>; script: string[] }>,
  )[0]!;
  expect(value(name)).toBe('depicted');
  const variables = Object.entries(job.variables).map(([key, text]) => [
    key,
    value(text).replaceAll('$CI_PROJECT_DIR', project),
  ]);
  const script = job.script.map(value).join('\n');
  const env = Object.fromEntries(variables) as Record<string, string>;
  const ran = await run(script, project, { DPXDT_SERVER: server, DPXDT_BUILD_ID: '1', ...env });
  expect(ran.status, ran.text).toBe(0);
});
