/** Real git repositories in a temporary folder. */

import { execFileSync } from 'node:child_process';
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

/** Settings of the machine and of its user play no part. */
export const plainGitEnvironment = {
  PATH: process.env.PATH!,
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
} as const;

let seconds = 1_700_000_000;

export class GitProject {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  static make(prefix = 'dpxdt-git-test-'): GitProject {
    const project = new GitProject(mkdtempSync(join(tmpdir(), prefix)));
    project.git('init', '--quiet', '--template=', '--initial-branch=main');
    return project;
  }

  /** Standard output, without the end of the line. */
  git(...args: string[]): string {
    seconds += 60;
    return execFileSync('git', args, {
      cwd: this.folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
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

  /** Commits a file with these words. @returns its hash */
  commit(words: string, file = 'page.txt'): string {
    this.write(file, `${words}\n`);
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', words);
    return this.hash();
  }

  /** Adds commits without files to a branch, fast; the first of them on `from`. @returns hash of the last */
  grow(branch: string, count: number, from: string | null = null): string {
    const startsOn = from === null ? '' : `from ${from}\n`;
    const stream = Array.from({ length: count }, (_, index) => {
      seconds += 60;
      const who = `committer Ada <ada@example.com> ${seconds} +0000`;
      return `commit refs/heads/${branch}\n${who}\ndata 1\nx\n${index === 0 ? startsOn : ''}`;
    });
    execFileSync('git', ['fast-import', '--quiet'], {
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
    return this.git('rev-parse', name);
  }

  tree(name = 'HEAD'): string {
    return this.git('rev-parse', `${name}^{tree}`);
  }

  /** Files and their digests: of the whole folder, `.git` included. */
  digest(): Record<string, string> {
    return digestOf(this.folder, '');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
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
