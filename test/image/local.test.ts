/** `dpxdt update --docker` and `test --docker` with Podman and the image that image.test.ts built. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { servePages } from '../support/page-server.ts';
import { runDpxdt } from '../support/run-dpxdt.ts';
import { buildImage, image, whatIsMissing } from './build-image.ts';

/** Where containers cannot be nested, Podman is there and runs nothing. */
const podmanWorks = (): boolean =>
  spawnSync('podman', ['run', '--rm', '--no-healthcheck', '--network', 'host', image, '--version']).status ===
  0;

it.skipIf(whatIsMissing() !== null)(
  "captures in the image, files and the machine's localhost",
  async (context) => {
    buildImage();
    context.skip(!podmanWorks(), 'podman cannot run the image here');
    const folder = mkdtempSync(join(tmpdir(), 'dpxdt-container-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const site = await servePages({
      '/': (_request, response) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Served by this machine</h1>'),
    });
    writeFileSync(join(folder, 'page.html'), '<h1>From a file</h1>');
    writeFileSync(
      join(folder, 'dpxdt.yaml'),
      'tests:\n  - { name: file, url: "file:page.html" }\n  - { name: served, url: "${SITE}" }\n',
    );
    const call = (command: string) =>
      runDpxdt([command, '.', '--docker', '--docker-image', image], {
        currentFolder: folder,
        env: { ...process.env, SITE: site.url('/') },
      });
    const updated = await call('update');
    expect(updated.status, updated.stdout + updated.stderr).toBe(0);
    expect(statSync(join(folder, 'served.png')).uid).toBe(process.getuid!());
    const tested = await call('test');
    expect(tested.status, tested.stdout + tested.stderr).toBe(0);
    expect(tested.stdout).toContain('2 same');
  },
);
