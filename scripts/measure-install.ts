/**
 * Packs the package, installs it into an empty folder like a user, and reports packages, size and time:
 *   node scripts/measure-install.ts [TARBALL]
 * Exits 1 above the budget of scripts/production-packages.ts.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { installBudget, megabytesOf } from './production-packages.ts';

const folder = mkdtempSync(join(tmpdir(), 'dpxdt-install-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const tarball = resolve(process.argv[2] ?? pack());
writeFileSync(join(folder, 'package.json'), '{ "private": true }');
const start = performance.now();
npm(folder, 'install', '--no-audit', '--no-fund', tarball);
const seconds = (performance.now() - start) / 1_000;

const { packages } = JSON.parse(readFileSync(join(folder, 'node_modules', '.package-lock.json'), 'utf8')) as {
  packages: Record<string, unknown>;
};
const count = Object.keys(packages).length;
const megabytes = megabytesOf(join(folder, 'node_modules'));
console.log(
  `${count} packages (at most ${installBudget.packages}), ${megabytes.toFixed(0)} MB (at most ${installBudget.megabytes}), ` +
    `${seconds.toFixed(1)} s (load before ${loadavg()[0]!.toFixed(1)})`,
);
const sizes = globSync(['*', '@*/*'], { cwd: join(folder, 'node_modules') })
  .filter((name) => !/^(\.|@[^/]*$)/.test(name))
  .map((name) => ({ name, size: megabytesOf(join(folder, 'node_modules', name)) }))
  .sort((a, b) => b.size - a.size);
for (const { name, size } of sizes.slice(0, 15)) console.log(`${size.toFixed(1).padStart(6)} MB  ${name}`);
if (count > installBudget.packages || megabytes > installBudget.megabytes) process.exitCode = 1;

function pack(): string {
  const lines = npm(process.cwd(), 'pack', '--silent', '--pack-destination', folder).trim().split('\n');
  return join(folder, lines.at(-1)!);
}

function npm(cwd: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed: ${stderr || stdout}`);
  return stdout;
}
