/** The sources of the version before this one, to be run beside it. */

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '..', '..');
/** Stands for the previous version as long as there is no tag. */
const firstCommit = '139300f';

export interface PreviousVersion {
  /** A tag or a commit. */
  name: string;
  /** Its `bin/dpxdt.js`. */
  binary: string;
  remove(): void;
}

/** @returns the version, or a sentence that says why there is none */
export function previousVersion(): PreviousVersion | string {
  const tag = git('describe', '--tags', '--abbrev=0', 'HEAD^');
  const name = tag ?? firstCommit;
  if (git('cat-file', '-e', `${name}^{commit}`) === null)
    return `needs the previous version, ${name}, which this clone does not have: run "git fetch --unshallow --tags"`;
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-previous-'));
  const archive = spawnSync('git', ['archive', '--format=tar', name], {
    cwd: repository,
    maxBuffer: 2 ** 30,
  });
  const unpacked = spawnSync('tar', ['-x', '-C', folder], { input: archive.stdout });
  if (archive.status !== 0 || unpacked.status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`${name} cannot be unpacked: ${archive.stderr.toString()}${unpacked.stderr.toString()}`);
  }
  // Its own packages would have to be downloaded; those of this version are the same or newer.
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'build'), { recursive: true });
  if (existsSync(join(repository, 'build')))
    cpSync(join(repository, 'build'), join(folder, 'build'), { recursive: true });
  return {
    name,
    binary: join(folder, 'bin', 'dpxdt.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** @returns what it printed; null if it failed */
function git(...args: string[]): string | null {
  const { status, stdout } = spawnSync('git', args, { cwd: repository, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}
