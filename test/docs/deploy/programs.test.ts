/** The programs' own checks of the files in `deploy/`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { deployFiles, deployFolder } from '../../support/deploy-files.ts';
import { caddyProblems, versionOf } from '../../support/proxies.ts';

it('systemd finds nothing wrong with the units, and calls them safe', (context) => {
  if (versionOf('systemd-analyze', '--version') === null)
    return context.skip('systemd-analyze is not installed');
  const units = deployFiles('systemd/*.service').map((path) => join(deployFolder, path));
  const timers = deployFiles('systemd/*.timer').map((path) => join(deployFolder, path));
  expect([units.length, timers.length]).toEqual([3, 1]);
  const verified = spawnSync('systemd-analyze', ['verify', ...units, ...timers], { encoding: 'utf8' });
  expect(verified).toMatchObject({ status: 0, stdout: '', stderr: '' });
  // 0 is safest, 10 is unrestricted; the worker has what the browser's sandbox needs.
  const rated = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=35', ...units], {
    encoding: 'utf8',
  });
  expect(rated.status, rated.stdout).toBe(0);
});

it('Caddy finds nothing wrong with the Caddyfile', (context) => {
  if (versionOf('caddy', 'version') === null) return context.skip('Caddy is not installed');
  expect(caddyProblems()).toBeNull();
});
