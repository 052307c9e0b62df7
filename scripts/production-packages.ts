/** The packages that `npm install` of this package installs, read from the lock file. */
import { globSync, lstatSync } from 'node:fs';
import { join } from 'node:path';

/** One entry in the lock file's `packages`. */
interface LockedPackage {
  version?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

export interface Lock {
  packages: Record<string, LockedPackage>;
}

/** The platform of the budget; each binary package exists once per platform. */
export interface Machine {
  os: string;
  cpu: string;
  libc: string;
}

/** Maximum packages of an installation, including this one, and megabytes on disk. */
export const installBudget = { packages: 100, megabytes: 75 };

/** Development dependencies that are built into the product; `docs/dependencies.md` says why. */
export const bundledPackages: readonly string[] = ['better-auth'];

/**
 * Each package once, even if the lock file has copies because a development tool needs another version.
 *
 * @returns paths of the packages (`node_modules/zod`), sorted, without the package itself
 */
export function productionPackages(lock: Lock, machine: Machine): string[] {
  const found = new Set<string>();
  const follow = (place: string): void => {
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } =
      lock.packages[place]!;
    const peers = Object.keys(peerDependencies ?? {}).filter(
      (name) => peerDependenciesMeta?.[name]?.optional !== true,
    );
    for (const name of [
      ...Object.keys(dependencies ?? {}),
      ...Object.keys(optionalDependencies ?? {}),
      ...peers,
    ]) {
      const target = resolvePlace(lock, place, name);
      if (target === null || found.has(target) || !runsOn(lock.packages[target]!, machine)) continue;
      found.add(target);
      follow(target);
    }
  };
  follow('');
  const places = [...found].sort();
  const identity = (place: string) =>
    `${place.split('node_modules/').at(-1)}@${lock.packages[place]!.version}`;
  return places.filter(
    (place, index) => places.findIndex((other) => identity(other) === identity(place)) === index,
  );
}

/** Like Node's resolution: next to the package, then further up. */
function resolvePlace(lock: Lock, from: string, name: string): string | null {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (lock.packages[place] !== undefined) return place;
    if (folder === '') return null;
  }
}

function runsOn({ os, cpu, libc }: LockedPackage, machine: Machine): boolean {
  return (
    (os?.includes(machine.os) ?? true) &&
    (cpu?.includes(machine.cpu) ?? true) &&
    (libc?.includes(machine.libc) ?? true)
  );
}

/** The size of a folder on a disk with blocks of 4 KiB, as `du` counts it; optionally without packages inside it. */
export function megabytesOf(folder: string, options: { withoutPackages?: boolean } = {}): number {
  const blockBytes = 4_096;
  const blocks = globSync('**/*', {
    cwd: folder,
    exclude: (name) => options.withoutPackages === true && name === 'node_modules',
  }).map((name) => Math.ceil(lstatSync(join(folder, name)).size / blockBytes));
  return (blocks.reduce((sum, count) => sum + count, 0) * blockBytes) / 2 ** 20;
}
