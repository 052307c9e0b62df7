import type { HistoryEntry } from './git-story.ts';
import { runGit, type GitAnswer } from './run-git.ts';

/** Maximum number of entries in a release's history. */
export const maxHistory = 500;
/** Maximum number of commits of the branch alone. */
export const maxOwn = 100;

/** Time left for everything. */
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

/** One repository to read: the user's clone, or a scratch one. Missing answers are null. */
export class GitView {
  readonly #cwd: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #before: readonly string[];
  readonly #deadline: Deadline;
  /** By hash; of a commit nothing changes. */
  readonly #commits = new Map<string, Commit>();

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

  /** The commit that a name, a hash or the beginning of a hash identifies. */
  async resolve(name: string): Promise<string | null> {
    // No git name starts like this; `--end-of-options` is unknown to older versions.
    if (name.startsWith('-')) return null;
    const text = await this.read(['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
    return text?.trim() || null;
  }

  /** The commit as recorded: its parents are listed even if they are missing, as in a shallow clone. */
  async commit(hash: string): Promise<Commit | null> {
    const known = this.#commits.get(hash);
    if (known !== undefined) return known;
    const text = await this.read(['cat-file', 'commit', hash]);
    const commit = text === null ? null : parseCommit(hash, text);
    if (commit !== null) this.#commits.set(hash, commit);
    return commit;
  }

  /** The best common ancestor; undefined if there is none, null if it cannot be determined. */
  async mergeBase(one: string, other: string): Promise<string | null | undefined> {
    const { status, stdout } = await this.call(['merge-base', one, other]);
    if (status === 1) return undefined;
    return status === 0 ? stdout.split('\n')[0]!.trim() || null : null;
  }

  async isAncestor(ancestor: string, commit: string): Promise<boolean> {
    return (await this.call(['merge-base', '--is-ancestor', ancestor, commit])).status === 0;
  }

  /** The commit and its first parents, closest first; after a merge also the merged heads, without tree. */
  async firstParents(start: string, limit = maxHistory): Promise<HistoryEntry[] | null> {
    const format = '--format=%H %T %P';
    // Not `log`, which depends on the user's settings.
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

  /** Commits in `head` but not in `start`, newest first. */
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
