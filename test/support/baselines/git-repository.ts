/** A real git repository that a test scripts: its pages are files, so that what git merges is what is rendered. */

import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const secondsAtStart = 1_760_000_000;
let clockSeconds = secondsAtStart;

/** Runs git in a folder, without the machine's settings. @returns its output, trimmed */
export function git(folder: string, ...parameters: string[]): string {
  clockSeconds++;
  const date = `${clockSeconds} +0000`;
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Ann',
    GIT_AUTHOR_EMAIL: 'ann@example.com',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: 'Ann',
    GIT_COMMITTER_EMAIL: 'ann@example.com',
    GIT_COMMITTER_DATE: date,
  };
  const output = execFileSync(
    'git',
    ['-c', 'init.defaultBranch=main', '-c', 'advice.detachedHead=false', ...parameters],
    {
      cwd: folder,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  return output.trim();
}

/** A folder that ends with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-git-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Page names and what they show; null: the page is removed. */
export type Pages = Readonly<Record<string, string | null>>;

export class GitRepository {
  readonly folder: string;

  constructor(folder = temporaryFolder()) {
    this.folder = folder;
  }

  static init(): GitRepository {
    const repository = new GitRepository();
    repository.git('init', '-q', '--template=');
    return repository;
  }

  git(...parameters: string[]): string {
    return git(this.folder, ...parameters);
  }

  get head(): string {
    const head = this.#read('HEAD')!;
    return head.startsWith('ref: ') ? (this.#read(head.slice(5)) ?? this.git('rev-parse', 'HEAD')) : head;
  }

  /** A file of git's own; null if there is none. Far cheaper than a process. */
  #read(path: string): string | null {
    const file = join(this.folder, '.git', path);
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
  }

  /** Changes pages and commits; without any change an empty commit. @returns the commit */
  commit(pages: Pages = {}): string {
    this.write(pages);
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', `Change ${Object.keys(pages).join(', ')}`);
    return this.head;
  }

  write(pages: Pages): void {
    mkdirSync(join(this.folder, 'pages'), { recursive: true });
    for (const [name, text] of Object.entries(pages)) {
      const file = join(this.folder, 'pages', name);
      if (text === null) rmSync(file);
      else writeFileSync(file, `${text}\n`);
    }
  }

  /** Makes a branch here and checks it out, or checks out one that exists. */
  checkout(branch: string, from?: string): this {
    if (this.#read(`refs/heads/${branch}`) !== null) this.git('checkout', '-q', branch);
    else this.git('checkout', '-q', '-b', branch, ...(from === undefined ? [] : [from]));
    return this;
  }

  /** Squashes a branch into the one that is checked out. @returns the commit */
  squash(branch: string): string {
    this.git('merge', '-q', '--squash', branch);
    this.git('commit', '-q', '-m', `Squash ${branch}`);
    return this.head;
  }

  /** Merges with a merge commit. @returns the commit */
  merge(branch: string): string {
    this.git('merge', '-q', '--no-ff', '-m', `Merge ${branch}`, branch);
    return this.head;
  }

  /** Makes the commit that a forge makes to test a pull request, and names it as the forge does. */
  testMerge(branch: string, base: string, number: number): string {
    const before = this.git('rev-parse', '--abbrev-ref', 'HEAD');
    this.git('checkout', '-q', '--detach', base);
    const commit = this.merge(branch);
    this.git('update-ref', `refs/pull/${number}/merge`, commit);
    this.git('update-ref', `refs/pull/${number}/head`, branch);
    this.git('checkout', '-q', before);
    return commit;
  }

  /** What CI has: one ref of this repository, cut off at a depth. */
  cloneAt(ref: string, depth?: number): GitRepository {
    const clone = GitRepository.init();
    clone.git('remote', 'add', 'origin', `file://${this.folder}`);
    const cut = depth === undefined ? [] : [`--depth=${depth}`];
    clone.git('fetch', '-q', ...cut, 'origin', ref);
    clone.git('checkout', '-q', '--detach', 'FETCH_HEAD');
    return clone;
  }

  /** Every page that the checked-out files render. */
  pages(): Map<string, string> {
    const folder = join(this.folder, 'pages');
    const names = existsSync(folder) ? readdirSync(folder).sort() : [];
    return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  }
}
