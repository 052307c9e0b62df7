/** Stories that are gathered of real repositories, with a look at the clone before and after. */

import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { gatherGitStory, noFlags, type StoryFlags } from '../../src/tools/git/gather-git-story.ts';
import { GitProject, plainGitEnvironment } from './git-project.ts';

const projects: GitProject[] = [];

export function project(): GitProject {
  const made = GitProject.make();
  projects.push(made);
  return made;
}

/** A clone, and whatever happens in it must not change it. */
export function cloneOf(origin: string, ...options: string[]): GitProject {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-git-clone-'));
  const clone = new GitProject(folder);
  projects.push(clone);
  clone.git('clone', '--quiet', ...options, origin, '.');
  return clone;
}

/** Another of the same, file by file. */
export function copyOf({ folder }: GitProject): GitProject {
  const copy = new GitProject(mkdtempSync(join(tmpdir(), 'dpxdt-git-copy-')));
  projects.push(copy);
  cpSync(folder, copy.folder, { recursive: true });
  return copy;
}

export interface Asked {
  flags?: Partial<StoryFlags>;
  env?: Record<string, string>;
  event?: unknown;
  deadlineMs?: number;
  signal?: AbortSignal;
}

/** Every story is gathered with a look at the clone before and after. */
export async function storyOf(
  { folder }: { folder: string },
  { flags = {}, env = {}, event, ...rest }: Asked = {},
) {
  const before = new GitProject(folder).digest();
  const story = await gatherGitStory({
    cwd: folder,
    environment: {
      ...plainGitEnvironment,
      ...(event !== undefined && { GITHUB_EVENT_PATH: '/event.json' }),
      ...env,
    },
    flags: { ...noFlags, ...flags },
    readEvent: () => event ?? null,
    ...rest,
  });
  expect(new GitProject(folder).digest()).toEqual(before);
  return story;
}

export const commits = (story: { history: { commit: string }[] }) =>
  story.history.map(({ commit }) => commit);

/** As a forge has it: a bare repository that gives commits alone. */
export function forge(from: GitProject): GitProject {
  const bare = new GitProject(mkdtempSync(join(tmpdir(), 'dpxdt-git-forge-')));
  projects.push(bare);
  bare.git('clone', '--quiet', '--bare', from.folder, '.');
  bare.git('config', 'uploadpack.allowFilter', 'true');
  bare.git('symbolic-ref', 'HEAD', 'refs/heads/main');
  return bare;
}

export const githubJob = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'Shop/Web',
  GITHUB_RUN_ID: '77',
};

/** Removes every repository that was made here. */
export function removeProjects(): void {
  for (const made of projects.splice(0)) made.remove();
}
