import { resolve } from 'node:path';
import { environmentOfFolder } from './git-environment.ts';
import type { Deadline } from './git-view.ts';
import { isClone, openClone } from './open-clone.ts';

/** Longest that git is asked, in milliseconds. */
const deadlineMs = 60_000;

export interface CommittedFilesCall {
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
}

/**
 * Files below a folder that git tracks and that are as they were committed, as absolute paths. Empty where there is no
 * git, no work tree around the folder, no commit or no answer.
 *
 * @throws the signal's reason when interrupted
 */
export async function findCommittedFiles(
  folder: string,
  { env, signal }: CommittedFilesCall,
): Promise<ReadonlySet<string>> {
  const endsAt = performance.now() + deadlineMs;
  const deadline: Deadline = { leftMs: () => endsAt - performance.now(), signal };
  const place = { cwd: folder, env: environmentOfFolder(env), isInCi: Boolean(env.CI) };
  const clone = await openClone(place, deadline);
  if (!isClone(clone)) return new Set();
  const { view } = clone;
  const prefix = (await view.read(['rev-parse', '--show-prefix']))?.replace(/\n$/, '');
  const tracked = await view.read(['ls-files', '-z', '--full-name', '--', '.']);
  const changed = await view.read([
    '-c',
    'core.fsmonitor=false',
    'status',
    '--porcelain',
    '-z',
    '--no-renames',
    '--untracked-files=no',
    '--ignore-submodules=all',
    '--',
    '.',
  ]);
  if (prefix === undefined || tracked === null || changed === null) return new Set();
  // Two letters of status and a space stand before each path.
  const changedPaths = new Set(pathsOf(changed).map((entry) => entry.slice(3)));
  return new Set(
    pathsOf(tracked)
      .filter((path) => !changedPaths.has(path))
      .map((path) => resolve(folder, path.slice(prefix.length))),
  );
}

function pathsOf(text: string): string[] {
  return text.split('\0').filter((path) => path !== '');
}
