/** What the package is made of: few, light, and each one defended in writing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  bundledPackages,
  installBudget,
  megabytesOf,
  productionPackages,
  type Lock,
} from '../../scripts/production-packages.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const machine = { os: 'linux', cpu: 'x64', libc: 'glibc' };

interface Row {
  names: string[];
  cells: string[];
}

/** The rows of a section's table; a row may stand for several packages, separated by commas. */
function rowsOf(section: string): Row[] {
  const text = read('docs/dependencies.md').split(`\n## ${section}\n`)[1]!.split('\n## ')[0]!;
  return text
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|( package \||[ -]+\|)/.test(line))
    .map((line) => {
      const [names, ...cells] = line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim());
      return { names: names!.split(', '), cells };
    });
}

describe('docs/dependencies.md', () => {
  const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;

  const { dependencies, devDependencies } = manifest;

  it.each([
    ['Of the product', 'dependencies', Object.keys(dependencies!)],
    ['Built into the product', 'the bundled packages', bundledPackages],
    [
      'Of development',
      'devDependencies',
      Object.keys(devDependencies!).filter((name) => !bundledPackages.includes(name)),
    ],
  ])('“%s” has one line for each of %s and for nothing else', (section, _field, expected) => {
    const names = rowsOf(section).flatMap((row) => row.names);
    expect(names.toSorted()).toEqual(expected.toSorted());
  });

  it('pins what is built in like any other dependency', () => {
    for (const name of bundledPackages) expect(devDependencies![name], name).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('says of each what it is for, why this one, and what would replace it', () => {
    for (const section of ['Of the product', 'Built into the product', 'Of development']) {
      for (const { names, cells } of rowsOf(section)) {
        expect(cells, names.join()).toHaveLength(3);
        for (const cell of cells) expect(cell.length, names.join()).toBeGreaterThan(2);
      }
    }
  });
});

describe('what an installation brings', () => {
  const places = productionPackages(JSON.parse(read('package-lock.json')) as Lock, machine);

  it('is within the budget of packages', () => {
    expect(places.length).toBeGreaterThan(50);
    expect(places.length + 1).toBeLessThanOrEqual(installBudget.packages);
  });

  it.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'is within the budget of megabytes',
    () => {
      // The package itself is measured where it is packed: test/long/package.test.ts.
      const ownMegabytes = 8;
      const sizes = places.map((place) => megabytesOf(join(root, place), { withoutPackages: true }));
      const sum = sizes.reduce((total, size) => total + size, 0);
      expect(sum).toBeGreaterThan(30);
      expect(sum).toBeLessThanOrEqual(installBudget.megabytes - ownMegabytes);
    },
  );
});

describe('reading the lock file', () => {
  const lock: Lock = {
    packages: {
      '': { dependencies: { a: '1', b: '1', d: '2' } },
      'node_modules/a': { dependencies: { c: '2' }, optionalDependencies: { mac: '1', fits: '1' } },
      'node_modules/a/node_modules/c': {
        peerDependencies: { p: '1', q: '1' },
        peerDependenciesMeta: { q: { optional: true } },
      },
      'node_modules/b': { dependencies: { c: '1' } },
      'node_modules/c': { version: '1.0.0' },
      'node_modules/d': { version: '2.0.0', dependencies: { c: '1' } },
      'node_modules/d/node_modules/c': { version: '1.0.0' },
      'node_modules/p': {},
      'node_modules/q': {},
      'node_modules/mac': { os: ['darwin'] },
      'node_modules/fits': { os: ['linux'], cpu: ['x64'], libc: ['glibc'], dependencies: { a: '1' } },
      'node_modules/dev': {},
    },
  };

  it('follows what is needed, finds the nearest one, and leaves other machines and optional peers out', () => {
    expect(productionPackages(lock, machine)).toEqual(
      ['a', 'a/node_modules/c', 'b', 'c', 'd', 'fits', 'p'].map((name) => `node_modules/${name}`),
    );
    const mac = { os: 'darwin', cpu: 'arm64', libc: '' };
    expect(productionPackages(lock, mac)).toContain('node_modules/mac');
  });
});
