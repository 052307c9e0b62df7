import type { HistoryEntry } from './git-story.ts';
import { runGit, type GitAnswer } from './run-git.ts';

/** Most entries that a release's history has. */
export const maxHistory = 500;
/** Most commits of the branch alone. */
export const maxOwn = 100;

/** Time that is left for everything together. */
export interface Deadline {
  leftMs: () => number;
  signal?: AbortSignal | undefined;
}

export interface Commit {
  commit: string;
  tree: string;
  parents: string[];
  author: { name: string; address: string };
}

export interface CallOptions {
  input?: string;
  endAt?: RegExp;
}

/** One repository to read: the user's clone, or a scratch one. Answers that do not come are null. */
export class GitView {
  readonly #cwd: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #before: readonly string[];
  readonly #deadline: Deadline;

  constructor(place: { cwd: string; env: NodeJS.ProcessEnv; gitDir?: string }, deadline: Deadline) {
    this.#cwd = place.cwd;
    this.#env = place.env;
    this.#before = place.gitDir === undefined ? [] : [`--git-dir=${place.gitDir}`];
    this.#deadline = deadline;
  }

  call(args: readonly string[], options: CallOptions = {}): Promise<GitAnswer> {
    return runGit(['--no-pager', ...this.#before, ...args], {
      cwd: this.#cwd,
      env: this.#env,
      timeoutMs: this.#deadline.leftMs(),
      signal: this.#deadline.signal,
      ...options,
    });
  }

  /** Standard output of a call that succeeded. */
  async read(args: readonly string[], options: CallOptions = {}): Promise<string | null> {
    const { status, stdout } = await this.call(args, options);
    return status === 0 ? stdout : null;
  }

  /** The commit that a name, a hash or the beginning of one stands for. */
  async resolve(name: string): Promise<string | null> {
    // No name of git's begins so; `--end-of-options` is unknown to older versions.
    if (name.startsWith('-')) return null;
    const text = await this.read(['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
    return text?.trim() || null;
  }

  /** As the commit itself says: also in a shallow clone with its parents, whether or not they are there. */
  async commit(hash: string): Promise<Commit | null> {
    const text = await this.read(['cat-file', 'commit', hash]);
    return text === null ? null : parseCommit(hash, text);
  }

  /** The best common ancestor; undefined where there is none, null where it cannot be told. */
  async mergeBase(one: string, other: string): Promise<string | null | undefined> {
    const { status, stdout } = await this.call(['merge-base', one, other]);
    if (status === 1) return undefined;
    return status === 0 ? stdout.split('\n')[0]!.trim() || null : null;
  }

  async isAncestor(ancestor: string, commit: string): Promise<boolean> {
    return (await this.call(['merge-base', '--is-ancestor', ancestor, commit])).status === 0;
  }

  /** The commit and what it follows, closest first; behind a merge also the heads that it merged, without tree. */
  async firstParents(start: string, limit = maxHistory): Promise<HistoryEntry[] | null> {
    const format = '--format=%H %T %P';
    // Not `log`, which people's settings change.
    const text = await this.read(['rev-list', '--first-parent', `--max-count=${limit}`, format, start, '--']);
    if (text === null) return null;
    const seen = new Set<string>();
    const entries: HistoryEntry[] = [];
    const add = (entry: HistoryEntry): void => {
      if (seen.has(entry.commit) || entries.length >= limit) return;
      seen.add(entry.commit);
      entries.push(entry);
    };
    for (const line of text.split('\n')) {
      const [commit, tree, , ...merged] = line.trim().split(' ');
      if (!commit || !tree || commit === 'commit') continue;
      add({ commit, tree });
      for (const head of merged) add({ commit: head });
    }
    return entries;
  }

  /** Commits that `head` has and `start` has not, newest first. */
  async between(start: string, head: string): Promise<string[] | null> {
    const text = await this.read(['rev-list', `--max-count=${maxOwn}`, head, `^${start}`, '--']);
    return text === null ? null : text.split('\n').filter((line) => line !== '');
  }

  /** Those of the commits that are here, in their order. */
  async present(commits: readonly string[]): Promise<string[]> {
    if (commits.length === 0) return [];
    const text = await this.read(['cat-file', '--batch-check=%(objectname) %(objecttype)'], {
      input: `${commits.join('\n')}\n`,
    });
    return (text ?? '')
      .split('\n')
      .filter((line) => line.endsWith(' commit'))
      .map((line) => line.slice(0, line.indexOf(' ')));
  }

  async isShallow(): Promise<boolean> {
    return (await this.read(['rev-parse', '--is-shallow-repository']))?.trim() === 'true';
  }
}

function parseCommit(hash: string, text: string): Commit | null {
  const headers = text.slice(0, text.indexOf('\n\n')).split('\n');
  const valuesOf = (name: string) =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const [tree] = valuesOf('tree');
  const [, name = '', address = ''] = /^(.*?) ?<([^>]*)>/.exec(valuesOf('author')[0] ?? '') ?? [];
  return tree === undefined
    ? null
    : { commit: hash, tree, parents: valuesOf('parent'), author: { name, address } };
}
