/** What `npm install` of the package brings, read from the lock file. */
import { globSync, lstatSync } from 'node:fs';
import { join } from 'node:path';

/** One place of the lock file's `packages`. */
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

/** The machine that the budget speaks of; each binary package exists once per machine. */
export interface Machine {
  os: string;
  cpu: string;
  libc: string;
}

/** Most packages that an installation may bring, this one included, and most megabytes on disk. */
export const installBudget = { packages: 100, megabytes: 75 };

/**
 * Each package once, also where the lock file holds copies because a tool of development needs another version of it.
 *
 * @returns the places of the packages (`node_modules/zod`), sorted, without the package itself
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

/** As Node looks for it: beside the package, then further up. */
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

/** What a folder takes on a disk with blocks of 4 KiB, as `du` counts it; packages inside it are left out on request. */
export function megabytesOf(folder: string, options: { withoutPackages?: boolean } = {}): number {
  const blockBytes = 4_096;
  const blocks = globSync('**/*', {
    cwd: folder,
    exclude: (name) => options.withoutPackages === true && name === 'node_modules',
  }).map((name) => Math.ceil(lstatSync(join(folder, name)).size / blockBytes));
  return (blocks.reduce((sum, count) => sum + count, 0) * blockBytes) / 2 ** 20;
}
