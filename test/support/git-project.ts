/** Real git repositories in a temporary folder. */

import { createHash } from 'node:crypto';
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
import { dirname, join } from 'node:path';
import { runGit } from './git-host.ts';

/** Ignores the settings of the machine and its user. */
export const plainGitEnvironment = {
  PATH: process.env.PATH!,
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
} as const;

let seconds = 1_700_000_000;

/** Names of pages and what they show; null: the page is removed. Each is a file, so git merges what is rendered. */
export type Pages = Readonly<Record<string, string | null>>;

export class GitProject {
  readonly folder: string;
  /** Folders that end with this one. */
  readonly #beside: string[] = [];

  constructor(folder: string) {
    this.folder = folder;
  }

  static make(prefix = 'dpxdt-git-test-'): GitProject {
    const project = new GitProject(mkdtempSync(join(tmpdir(), prefix)));
    project.git('init', '--quiet', '--template=', '--initial-branch=main');
    return project;
  }

  /** Standard output, without the final line break. */
  git(...args: string[]): string {
    seconds += 60;
    return runGit(args, {
      cwd: this.folder,
      env: {
        ...plainGitEnvironment,
        GIT_AUTHOR_NAME: 'Ada',
        GIT_AUTHOR_EMAIL: 'ada@example.com',
        GIT_COMMITTER_NAME: 'Ada',
        GIT_COMMITTER_EMAIL: 'ada@example.com',
        GIT_AUTHOR_DATE: `${seconds} +0000`,
        GIT_COMMITTER_DATE: `${seconds} +0000`,
      },
    }).trimEnd();
  }

  /** Commits a file with this text, or changed pages; without a change an empty commit. @returns its hash */
  commit(what: string | Pages = {}, file = 'page.txt'): string {
    if (typeof what === 'string') this.write(file, `${what}\n`);
    else this.writePages(what);
    const words = typeof what === 'string' ? what : `Change ${Object.keys(what).join(', ')}`;
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message', words);
    return this.hash();
  }

  writePages(pages: Pages): void {
    for (const [name, text] of Object.entries(pages)) {
      if (text === null) rmSync(join(this.folder, 'pages', name));
      else this.write(`pages/${name}`, `${text}\n`);
    }
  }

  /** Every page that the checked-out files render. */
  pages(): Map<string, string> {
    const folder = join(this.folder, 'pages');
    const names = existsSync(folder) ? readdirSync(folder).sort() : [];
    return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  }

  /** Checks a branch out; makes it if there is none of that name. */
  checkout(branch: string, from?: string): this {
    if (this.#hasBranch(branch)) this.git('checkout', '--quiet', branch);
    else this.git('checkout', '--quiet', '-b', branch, ...(from === undefined ? [] : [from]));
    return this;
  }

  /** Squashes a branch into the one that is checked out. @returns the commit */
  squash(branch: string): string {
    this.git('merge', '--quiet', '--squash', branch);
    this.git('commit', '--quiet', '--message', `Squash ${branch}`);
    return this.hash();
  }

  /** Merges with a merge commit. @returns the commit */
  merge(branch: string): string {
    this.git('merge', '--quiet', '--no-ff', '--message', `Merge ${branch}`, branch);
    return this.hash();
  }

  /** Makes the commit that a forge makes to test a pull request, and names it as the forge does. */
  testMerge(branch: string, base: string, number: number): string {
    const before = this.git('rev-parse', '--abbrev-ref', 'HEAD');
    this.git('checkout', '--quiet', '--detach', base);
    const commit = this.merge(branch);
    this.git('update-ref', `refs/pull/${number}/merge`, commit);
    this.git('update-ref', `refs/pull/${number}/head`, branch);
    this.git('checkout', '--quiet', before);
    return commit;
  }

  /** What CI has: one ref of this repository, cut off at a depth. Ends with it. */
  cloneAt(ref: string, depth: number): GitProject {
    const clone = new GitProject(this.folderBeside());
    this.git('config', 'uploadpack.allowFilter', 'true');
    clone.git('init', '--quiet', '--template=');
    clone.git('remote', 'add', 'origin', `file://${this.folder}`);
    clone.git('fetch', '--quiet', `--depth=${depth}`, 'origin', ref);
    clone.git('checkout', '--quiet', '--detach', 'FETCH_HEAD');
    return clone;
  }

  /** A new folder that ends with this repository. */
  folderBeside(): string {
    const folder = mkdtempSync(join(tmpdir(), 'dpxdt-git-beside-'));
    this.#beside.push(folder);
    return folder;
  }

  /** Adds commits without files to a branch, fast; the first of them on `from`. @returns hash of the last */
  grow(branch: string, count: number, from: string | null = null): string {
    const startsOn = from === null ? '' : `from ${from}\n`;
    const stream = Array.from({ length: count }, (_, index) => {
      seconds += 60;
      const who = `committer Ada <ada@example.com> ${seconds} +0000`;
      return `commit refs/heads/${branch}\n${who}\ndata 1\nx\n${index === 0 ? startsOn : ''}`;
    });
    runGit(['fast-import', '--quiet'], {
      cwd: this.folder,
      input: stream.join(''),
      env: plainGitEnvironment,
    });
    return this.hash(`refs/heads/${branch}`);
  }

  write(file: string, text: string): void {
    const path = join(this.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  hash(name = 'HEAD'): string {
    return this.#looseHash(name) ?? this.git('rev-parse', name);
  }

  #hasBranch(branch: string): boolean {
    if (this.#looseHash(`refs/heads/${branch}`) !== null) return true;
    return this.git('branch', '--list', branch) !== '';
  }

  /** Of a whole ref, from its file, which takes no program; null if it has none. */
  #looseHash(ref: string): string | null {
    try {
      const text = readFileSync(join(this.folder, '.git', ref), 'utf8').trim();
      if (text.startsWith('ref: ')) return this.#looseHash(text.slice(5));
      return /^[0-9a-f]{40,64}$/.test(text) ? text : null;
    } catch {
      return null;
    }
  }

  tree(name = 'HEAD'): string {
    return this.git('rev-parse', `${name}^{tree}`);
  }

  /** The files of the whole folder, including `.git`, with their digests. */
  digest(): Record<string, string> {
    return digestOf(this.folder, '');
  }

  remove(): void {
    for (const folder of [this.folder, ...this.#beside]) rmSync(folder, { recursive: true, force: true });
  }
}

function digestOf(folder: string, below: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  return Object.assign(
    {},
    ...readdirSync(folder, { withFileTypes: true }).map((entry) => {
      const name = `${below}${entry.name}`;
      const path = join(folder, entry.name);
      return entry.isDirectory()
        ? digestOf(path, `${name}/`)
        : { [name]: createHash('sha256').update(readFileSync(path)).digest('hex') };
    }),
  ) as Record<string, string>;
}
