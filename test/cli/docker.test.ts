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
  const bin = join(folder.path, 'bin');
  const project = join(folder.path, 'project');
  mkdirSync(bin);
  mkdirSync(join(project, 'tests'), { recursive: true });
  writeFileSync(join(project, 'tests', 'a.yaml'), 'tests: [{ name: a, url: "${PAGE}" }]');
  writeFileSync(join(bin, engine), `#!/bin/sh\necho "$@"; echo "PAGE is $PAGE"; ${ending}\n`);
  chmodSync(join(bin, engine), 0o755);
  const result = await runDpxdt(
    ['test', 'tests', '--docker', '--docker-image', 'shop/images:1', '--retries', '2'],
    {
      currentFolder: project,
      // Only the stand-in is found.
      env: { PATH: [bin, '/usr/bin', '/bin'].join(delimiter), PAGE: 'http://localhost:3000/' },
    },
  );
  expect(result.status).toBe(status);
  expect(result.stdout).toMatch(
    new RegExp(`^run --rm .*--volume ${project}:${project} --workdir ${project} `),
  );
  expect(result.stdout).toMatch(/ --env PAGE shop\/images:1 test tests --retries 2\nPAGE is http:/);
  expect(result.stderr.includes('docker build --file deploy/Dockerfile')).toBe(status === 3);
});
