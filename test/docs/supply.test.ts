/** T54: what the product is made of is documented, and installing it runs no third-party scripts. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundledPackages } from '../../scripts/production-packages.ts';

const registry = 'https://registry.npmjs.org/';
const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

interface Lock {
  packages: Record<
    string,
    {
      version?: string;
      resolved?: string;
      integrity?: string;
      link?: boolean;
      dev?: boolean;
      inBundle?: boolean;
    }
  >;
}

test('T54: every package of the lock file has a version, comes from the registry, and has its digest', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as Lock;
  const foreign = Object.entries(packages).filter(([name, { resolved, integrity, link, inBundle }]) => {
    if (name === '' || link === true || inBundle === true) return false;
    return !(resolved ?? registry).startsWith(registry) || integrity?.startsWith('sha512-') !== true;
  });
  expect(foreign.map(([name]) => name)).toEqual([]);
  expect(Object.keys(packages).length).toBeGreaterThan(50);
});

test('T54: dependencies have exact versions, and no script of ours runs when the package is installed', () => {
  const { dependencies, devDependencies, scripts } = JSON.parse(read('package.json')) as Record<
    string,
    Record<string, string>
  >;
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    // `npm:` gives a package another name here.
    expect(version.replace(/^npm:[\w-]+@/, ''), name).toMatch(/^\d+\.\d+\.\d+/);
  }
  expect(Object.keys(scripts!).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
});

test('T54: the command of SECURITY.md lists what is in the product', () => {
  expect(read('SECURITY.md')).toContain('npm sbom --sbom-format=cyclonedx');
  const text = execFileSync('npm', ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1_048_576,
  });
  const { components } = JSON.parse(text) as { components: { name: string }[] };
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
  const names = components.map(({ name }) => name);
  for (const name of [...Object.keys(dependencies), ...bundledPackages]) expect(names).toContain(name);
});
