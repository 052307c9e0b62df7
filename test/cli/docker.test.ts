/** `--docker` with a stand-in for the engine: a program that prints how it was called. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { runDpxdt } from '../support/run-dpxdt.ts';

it.each([
  ['docker', 'exit 1', 1],
  ['podman', 'exit 125', 3],
])('%s is called in the project, and its status is the status', async (engine, ending, status) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'dpxdt-docker-'));
  const { bin, project } = projectIn(folder.path);
  standIn(join(bin, engine), `[ "$1" = version ] && exit 0; echo "$@"; echo "PAGE is $PAGE"; ${ending}`);
  const result = await testInContainer(bin, project);
  expect(result.status).toBe(status);
  expect(result.stdout).toMatch(
    new RegExp(`^run --rm --no-healthcheck .*--volume ${project}:${project} --workdir ${project} `),
  );
  expect(result.stdout).toMatch(/ --env PAGE shop\/images:1 test tests --retries 2\nPAGE is http:/);
  expect(result.stderr.includes(`${engine} build --file deploy/Dockerfile`)).toBe(status === 3);
});

const daemonIsDown = 'echo "Cannot connect to the Docker daemon" >&2; exit 1';

it('Podman is taken where Docker is installed, but its daemon does not run', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'dpxdt-docker-'));
  const { bin, project } = projectIn(folder.path);
  standIn(join(bin, 'docker'), daemonIsDown);
  standIn(join(bin, 'podman'), '[ "$1" = version ] || echo "podman $@"');
  const result = await testInContainer(bin, project);
  expect(result).toMatchObject({ status: 0, stderr: '' });
  expect(result.stdout).toMatch(/^podman run /);
});

it('an engine that does not work is named', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'dpxdt-docker-'));
  const { bin, project } = projectIn(folder.path);
  standIn(join(bin, 'docker'), daemonIsDown);
  standIn(join(bin, 'podman'), 'exit 1');
  const result = await testInContainer(bin, project);
  expect(result.status).toBe(2);
  expect(result.stderr).toContain(`${join(bin, 'docker')} and ${join(bin, 'podman')} cannot run containers`);
  expect(result.stderr).toContain('"docker version" says more.');
});

function projectIn(folder: string): { bin: string; project: string } {
  const [bin, project] = [join(folder, 'bin'), join(folder, 'project')];
  mkdirSync(bin);
  mkdirSync(join(project, 'tests'), { recursive: true });
  writeFileSync(join(project, 'tests', 'a.yaml'), 'tests: [{ name: a, url: "${PAGE}" }]');
  return { bin, project };
}

function standIn(file: string, script: string): void {
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

function testInContainer(bin: string, project: string): ReturnType<typeof runDpxdt> {
  return runDpxdt(['test', 'tests', '--docker', '--docker-image', 'shop/images:1', '--retries', '2'], {
    currentFolder: project,
    // The stand-ins come first.
    env: { PATH: [bin, '/usr/bin', '/bin'].join(delimiter), PAGE: 'http://localhost:3000/' },
  });
}
