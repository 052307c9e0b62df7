import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { serveGit } from '../../../test/support/git-http-server.ts';
import { GitProject, plainGitEnvironment } from '../../../test/support/git-project.ts';
import { gatherGitStory, noFlags, type StoryFlags } from './gather-git-story.ts';
import { parseConfig } from './handed-config.ts';

const projects: GitProject[] = [];
afterAll(() => projects.forEach((project) => project.remove()));

function project(): GitProject {
  const made = GitProject.make();
  projects.push(made);
  return made;
}

/** A clone, and whatever happens in it must not change it. */
function cloneOf(origin: string, ...options: string[]): GitProject {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-git-clone-'));
  const clone = new GitProject(folder);
  projects.push(clone);
  clone.git('clone', '--quiet', ...options, origin, '.');
  return clone;
}

interface Asked {
  flags?: Partial<StoryFlags>;
  env?: Record<string, string>;
  event?: unknown;
  deadlineMs?: number;
}

/** Every story is gathered with a look at the clone before and after. */
async function storyOf({ folder }: { folder: string }, { flags = {}, env = {}, event, ...rest }: Asked = {}) {
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

const commits = (story: { history: { commit: string }[] }) => story.history.map(({ commit }) => commit);

/** As a forge has it: a bare repository that gives commits alone. */
function forge(from: GitProject): GitProject {
  const bare = new GitProject(mkdtempSync(join(tmpdir(), 'dpxdt-git-forge-')));
  projects.push(bare);
  bare.git('clone', '--quiet', '--bare', from.folder, '.');
  bare.git('config', 'uploadpack.allowFilter', 'true');
  bare.git('symbolic-ref', 'HEAD', 'refs/heads/main');
  return bare;
}

const githubJob = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'Shop/Web',
  GITHUB_RUN_ID: '77',
};

describe('a whole clone', () => {
  it('tells of main what came before', async () => {
    const main = project();
    const [first, second] = [main.commit('one'), main.commit('two')];
    const third = main.commit('three');
    main.git('remote', 'add', 'origin', 'git@GitHub.com:Shop/Web.git');
    expect(await storyOf(main)).toMatchObject({
      commit: third,
      tree: main.tree(),
      headCommit: third,
      branch: 'main',
      baseBranch: 'main',
      pullRequest: null,
      repository: 'github.com/shop/web',
      headRepository: 'github.com/shop/web',
      history: [
        { commit: second, tree: main.tree(second) },
        { commit: first, tree: main.tree(first) },
      ],
      own: [third],
      author: { name: 'Ada', address: 'ada@example.com' },
      historyNote: 'full',
      dirty: false,
      warnings: [],
    });
  });

  it('begins with no history at the first commit', async () => {
    const main = project();
    const first = main.commit('one');
    expect(await storyOf(main)).toMatchObject({ history: [], own: [first], historyNote: 'full', warnings: [] });
  });

  it('tells of a branch where it began, also when main has moved', async () => {
    const main = project();
    const first = main.commit('one');
    const second = main.commit('two');
    main.git('checkout', '--quiet', '-b', 'feature/x');
    const [a, b] = [main.commit('a', 'a.txt'), main.commit('b', 'b.txt')];
    main.git('checkout', '--quiet', 'main');
    main.commit('three');
    main.git('checkout', '--quiet', 'feature/x');
    const story = await storyOf(main);
    expect(story).toMatchObject({ branch: 'feature/x', baseBranch: 'main', commit: b, own: [b, a] });
    expect(commits(story)).toEqual([second, first]);
  });

  it('has the merged heads behind a merge, without trees, and walks the first parents only', async () => {
    const main = project();
    main.commit('one');
    main.git('checkout', '--quiet', '-b', 'feature');
    const inner = main.commit('inner', 'a.txt');
    const head = main.commit('head', 'a.txt');
    main.git('checkout', '--quiet', 'main');
    const two = main.commit('two');
    main.git('merge', '--quiet', '--no-ff', '--no-edit', 'feature');
    const merge = main.hash();
    main.commit('three');
    const story = await storyOf(main);
    expect(story.history.slice(0, 3)).toEqual([
      { commit: merge, tree: main.tree(merge) },
      { commit: head },
      { commit: two, tree: main.tree(two) },
    ]);
    expect(commits(story)).not.toContain(inner);
  });

  it('has on main the commits of the branch that a merge brought as its own', async () => {
    const main = project();
    const one = main.commit('one');
    main.git('checkout', '--quiet', '-b', 'feature');
    const head = main.commit('head', 'a.txt');
    main.git('checkout', '--quiet', 'main');
    main.git('merge', '--quiet', '--no-ff', '--no-edit', 'feature');
    const story = await storyOf(main);
    expect(commits(story)).toEqual([one]);
    expect(story.own).toEqual([main.hash(), head]);
  });

  it('takes the newest merged main as the start after main was merged into the branch', async () => {
    const main = project();
    main.commit('one');
    main.git('checkout', '--quiet', '-b', 'feature');
    main.commit('a', 'a.txt');
    main.git('checkout', '--quiet', 'main');
    const two = main.commit('two');
    main.git('checkout', '--quiet', 'feature');
    main.git('merge', '--quiet', '--no-edit', 'main');
    expect(commits(await storyOf(main))[0]).toBe(two);
  });

  it('begins at the base of a test merge exactly as it was merged', async () => {
    const main = project();
    main.commit('one');
    main.git('checkout', '--quiet', '-b', 'feature');
    const head = main.commit('a', 'a.txt');
    main.git('checkout', '--quiet', 'main');
    const moved = main.commit('two');
    main.git('checkout', '--quiet', '--detach');
    main.git('merge', '--quiet', '--no-ff', '--no-edit', 'feature');
    const merge = main.hash();
    const env = { ...githubJob, GITHUB_EVENT_NAME: 'pull_request', GITHUB_SHA: merge, GITHUB_BASE_REF: 'main' };
    const event = { number: 7, pull_request: { head: { sha: head, ref: 'feature' } } };
    const story = await storyOf(main, { env: { ...env, GITHUB_HEAD_REF: 'feature' }, event });
    expect(story).toMatchObject({
      commit: merge,
      headCommit: head,
      tree: main.tree(merge),
      branch: 'feature',
      baseBranch: 'main',
      pullRequest: 7,
      own: [head],
      repository: 'github.com/shop/web',
    });
    expect(commits(story)[0]).toBe(moved);
    // The same without the event's file: GitHub puts the head second.
    const ref = { GITHUB_REF: 'refs/pull/7/merge', GITHUB_HEAD_REF: 'feature' };
    expect(await storyOf(main, { env: { ...env, ...ref } })).toMatchObject({ headCommit: head, pullRequest: 7 });
  });

  it('knows the merge that Jenkins makes in the name of nobody: there the head comes first', async () => {
    const main = project();
    main.commit('one');
    main.git('checkout', '--quiet', '-b', 'feature');
    const head = main.commit('a', 'a.txt');
    main.git('checkout', '--quiet', 'main');
    const base = main.commit('two');
    main.git('checkout', '--quiet', '--detach', 'feature');
    main.git('merge', '--quiet', '--no-ff', '--no-commit', 'main');
    const env = {
      JENKINS_URL: 'https://ci.example.com/',
      BUILD_TAG: 'jenkins-web-PR-7-3',
      CHANGE_ID: '7',
      CHANGE_BRANCH: 'feature',
      CHANGE_TARGET: 'main',
      BRANCH_NAME: 'PR-7',
    };
    main.git(
      ...['-c', 'user.name=nobody', '-c', 'user.email=nobody@nowhere', 'commit', '--quiet'],
      ...['--author=nobody <nobody@nowhere>', '--message', `Merge commit '${base}' into HEAD`],
    );
    const story = await storyOf(main, { env });
    expect(story).toMatchObject({ commit: main.hash(), headCommit: head, branch: 'feature', pullRequest: 7 });
    expect(commits(story)[0]).toBe(base);
    // A merge that people made is what they built.
    main.git('commit', '--quiet', '--amend', '--author=Ada <ada@example.com>', '--no-edit');
    expect(await storyOf(main, { env })).toMatchObject({ headCommit: main.hash() });
  });

  it('marks what is not committed at a desk, and keeps tree and hashes apart from what was', async () => {
    const main = project();
    const one = main.commit('one');
    const two = main.commit('two');
    main.write('new.txt', 'not known to git');
    expect(await storyOf(main)).toMatchObject({ commit: two, dirty: false });
    main.write('page.txt', 'changed');
    const story = await storyOf(main);
    expect(story).toMatchObject({
      commit: `${two}+dirty`,
      headCommit: `${two}+dirty`,
      tree: null,
      dirty: true,
    });
    expect(commits(story)).toEqual([two, one]);
    expect(await storyOf(main, { env: { ...githubJob, GITHUB_SHA: two } })).toMatchObject({ commit: two });
  });

  it('knows no branch of a detached commit, and begins where it left main', async () => {
    const main = project();
    main.commit('one');
    const two = main.commit('two');
    main.commit('three');
    main.git('checkout', '--quiet', '--detach', two);
    const story = await storyOf(main);
    expect(story).toMatchObject({ branch: null, commit: two });
    expect(commits(story)[0]).toBe(two);
  });

  it('has the tagged commit itself on the history of a tag', async () => {
    const main = project();
    const one = main.commit('one');
    main.git('tag', 'v1');
    main.git('checkout', '--quiet', 'v1');
    const env = { ...githubJob, GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v1', GITHUB_REF: 'refs/tags/v1' };
    const story = await storyOf(main, { env: { ...env, GITHUB_SHA: one } });
    expect(story).toMatchObject({ branch: null, tag: 'v1', commit: one });
    expect(commits(story)).toEqual([one]);
  });

  it('takes a branch that is its own base for a main branch', async () => {
    const main = project();
    main.commit('one');
    main.git('checkout', '--quiet', '-b', 'release/1.2');
    const fix = main.commit('fix', 'a.txt');
    main.commit('more', 'a.txt');
    expect(commits(await storyOf(main, { flags: { baseBranch: 'release/1.2' } }))[0]).toBe(fix);
    expect(commits(await storyOf(main))[0]).toBe(main.hash('main'));
  });

  it('says that two histories have nothing in common', async () => {
    const main = project();
    main.commit('one');
    main.git('checkout', '--quiet', '--orphan', 'other');
    const other = main.commit('other');
    const story = await storyOf(main);
    expect(story).toMatchObject({
      commit: other,
      history: [],
      historyNote: 'none: this branch and "main" have no commit in common',
      warnings: ['No history of git: this branch and "main" have no commit in common.'],
    });
  });

  it('has at most 500 commits of history and 100 of its own', async () => {
    const main = project();
    const stream = (ref: string, from: number, count: number, parent = '') =>
      Array.from(
        { length: count },
        (_, index) =>
          `commit refs/heads/${ref}\ncommitter A <a@b> ${1_700_000_000 + from + index} +0000\ndata 1\nx\n${index === 0 ? parent : ''}`,
      ).join('');
    main.write('stream', `${stream('main', 0, 700)}${stream('feature', 700, 150, 'from refs/heads/main\n')}`);
    main.git('-c', 'core.fsync=none', 'config', 'gc.auto', '0');
    const { execFileSync } = await import('node:child_process');
    const { readFileSync } = await import('node:fs');
    execFileSync('git', ['fast-import', '--quiet'], {
      cwd: main.folder,
      input: readFileSync(join(main.folder, 'stream')),
    });
    main.git('checkout', '--quiet', 'feature');
    const story = await storyOf(main);
    expect([story.history.length, story.own.length]).toEqual([500, 100]);
    expect(commits(story)[0]).toBe(main.hash('main'));
    expect(story.own[0]).toBe(main.hash());
  });
});

describe('what the user says', () => {
  it('wins over CI and git', async () => {
    const main = project();
    const one = main.commit('one');
    main.commit('two');
    const env = { ...githubJob, GITHUB_REF_NAME: 'main', GITHUB_SHA: main.hash() };
    const flags = {
      commit: one.slice(0, 12),
      branch: 'b',
      baseBranch: 'main',
      pullRequest: 9,
      ciUrl: 'https://ci/',
    };
    expect(await storyOf(main, { env, flags })).toMatchObject({
      commit: one,
      headCommit: one,
      tree: main.tree(one),
      branch: 'b',
      pullRequest: 9,
      ciUrl: 'https://ci/',
    });
  });

  it('names where the history starts', async () => {
    const main = project();
    const one = main.commit('one');
    const two = main.commit('two');
    main.git('branch', 'stable', two);
    main.commit('three');
    main.commit('four');
    expect(commits(await storyOf(main, { flags: { baselineCommit: one } }))).toEqual([one]);
    expect(commits(await storyOf(main, { flags: { baselineBranch: 'stable' } }))).toEqual([two, one]);
    const none = await storyOf(main, { flags: { baselineBranch: 'none' } });
    expect(none.history).toEqual([]);
    expect(none.warnings[0]).toMatch(/^The baseline cannot start at "none": /);
  });

  it('switches git off', async () => {
    const main = project();
    main.commit('one');
    expect(await storyOf(main, { flags: { git: false, branch: 'x' } })).toMatchObject({
      commit: null,
      branch: 'x',
      history: [],
      historyNote: 'none: switched off',
      warnings: [],
    });
  });
});

describe('without a usable git', () => {
  it('has no history outside a work tree, which is nothing amiss at a desk', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dpxdt-no-git-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    expect(await storyOf({ folder })).toMatchObject({
      history: [],
      historyNote: 'none: this folder is no work tree of git',
      warnings: [],
    });
    const env = { ...githubJob, GITHUB_SHA: 'a'.repeat(40), GITHUB_REF_NAME: 'main' };
    expect(await storyOf({ folder }, { env })).toMatchObject({
      commit: 'a'.repeat(40),
      branch: 'main',
      warnings: ['No history of git: this folder is no work tree of git.'],
    });
  });

  it('says that git is not installed', async () => {
    const main = project();
    main.commit('one');
    expect(await storyOf(main, { env: { PATH: '/nonexistent' } })).toMatchObject({
      historyNote: 'none: git is not installed',
      warnings: ['No history of git: git is not installed. Install git where dpxdt runs.'],
    });
  });

  it('has no history before the first commit', async () => {
    expect(await storyOf(project())).toMatchObject({ historyNote: 'none: there is no commit yet' });
  });

  it('reads in CI a folder of another user, and says at a desk how to allow it', async () => {
    const main = project();
    const one = main.commit('one');
    const env = { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' };
    const story = await storyOf(main, { env });
    expect(story.historyNote).toBe('none: git refuses a folder that belongs to another user');
    expect(story.warnings[0]).toMatch(/Run: git config --global --add safe\.directory '\//);
    expect(await storyOf(main, { env: { ...env, ...githubJob } })).toMatchObject({ commit: one });
  });

  it('gives up when time is up, and says so', async () => {
    const main = project();
    main.commit('one');
    const bin = mkdtempSync(join(tmpdir(), 'dpxdt-slow-git-'));
    onTestFinished(() => rmSync(bin, { recursive: true }));
    writeFileSync(join(bin, 'git'), '#!/bin/sh\nsleep 60\n');
    chmodSync(join(bin, 'git'), 0o755);
    const began = performance.now();
    const story = await storyOf(main, { env: { PATH: `${bin}:${process.env.PATH}` }, deadlineMs: 300 });
    expect(story.historyNote).toBe('none: git did not answer in time');
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('a shallow clone', () => {
  /** main: one … five; the branch leaves it at three; a test merge of it with five. */
  function forged() {
    const work = project();
    const main = ['one', 'two', 'three'].map((words) => work.commit(words));
    work.git('checkout', '--quiet', '-b', 'feature');
    const own = ['a', 'b'].map((words) => work.commit(words, 'a.txt'));
    work.git('checkout', '--quiet', 'main');
    main.push(work.commit('four'), work.commit('five'));
    work.git('checkout', '--quiet', '--detach');
    work.git('merge', '--quiet', '--no-ff', '--no-edit', 'feature');
    const merge = work.hash();
    const bare = forge(work);
    bare.git('fetch', '--quiet', work.folder, `+${merge}:refs/pull/7/merge`, `+${own[1]!}:refs/pull/7/head`);
    return { work, bare, main, own, merge };
  }

  function checkout(url: string, ref: string, depth = 1): GitProject {
    const clone = project();
    clone.git('remote', 'add', 'origin', url);
    clone.git('fetch', '--quiet', '--no-tags', `--depth=${depth}`, 'origin', `+${ref}:refs/remotes/origin/it`);
    clone.git('checkout', '--quiet', '--detach', 'refs/remotes/origin/it');
    return clone;
  }

  const pullRequest = {
    ...githubJob,
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_REF: 'refs/pull/7/merge',
    GITHUB_REF_NAME: '7/merge',
    GITHUB_HEAD_REF: 'feature',
    GITHUB_BASE_REF: 'main',
  };

  it('fetches the commits of a test merge, and leaves nothing behind', async () => {
    const { bare, main, own, merge } = forged();
    const clone = checkout(`file://${bare.folder}`, 'refs/pull/7/merge');
    const event = { number: 7, pull_request: { head: { sha: own[1] } } };
    const temporary = mkdtempSync(join(tmpdir(), 'dpxdt-tmp-'));
    const before = process.env.TMPDIR;
    process.env.TMPDIR = temporary;
    onTestFinished(() => {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    });
    const story = await storyOf(clone, { env: pullRequest, event });
    expect(readdirSync(temporary)).toEqual([]);
    expect(story).toMatchObject({
      commit: merge,
      headCommit: own[1],
      own: own.toReversed(),
      historyNote: 'fetched',
      warnings: [],
      author: { name: 'Ada' },
    });
    expect(story.tree).toMatch(/^[0-9a-f]{40}$/);
    expect(commits(story)).toEqual(main.toReversed());
    expect(story.history.every(({ tree }) => tree !== undefined)).toBe(true);
  });

  it('fetches the base of a branch that was pushed', async () => {
    const { bare, main, own } = forged();
    const clone = checkout(`file://${bare.folder}`, 'refs/heads/feature');
    const event = { repository: { default_branch: 'main' } };
    const env = { ...githubJob, GITHUB_EVENT_NAME: 'push', GITHUB_REF_NAME: 'feature' };
    const story = await storyOf(clone, { env, event });
    expect(story).toMatchObject({ historyNote: 'fetched', baseBranch: 'main', own: own.toReversed() });
    expect(commits(story)).toEqual(main.slice(0, 3).toReversed());
    // Where no variable says what the default branch is, the remote does.
    expect(await storyOf(clone, { flags: { branch: 'feature' } })).toMatchObject({
      baseBranch: 'main',
      history: story.history,
    });
  });

  it('fetches what came before on main', async () => {
    const { bare, main } = forged();
    const clone = checkout(`file://${bare.folder}`, 'refs/heads/main');
    const story = await storyOf(clone, { flags: { branch: 'main', baseBranch: 'main' } });
    expect(commits(story)).toEqual(main.slice(0, 4).toReversed());
  });

  it.each([
    ['the server leaves no files out', (bare: GitProject) => bare.git('config', 'uploadpack.allowFilter', 'false'), []],
    ['the server gives no bare hashes', () => undefined, ['protocol.version', '0']],
    [
      'the server gives neither',
      (bare: GitProject) => bare.git('config', 'uploadpack.allowFilter', 'false'),
      ['protocol.version', '0'],
    ],
  ])('has the same story where %s', async (_what, prepare, setting) => {
    const { bare, main, own } = forged();
    prepare(bare);
    const clone = checkout(`file://${bare.folder}`, 'refs/pull/7/merge');
    if (setting.length > 0) clone.git('config', ...setting);
    const event = { number: 7, pull_request: { head: { sha: own[1] } } };
    const story = await storyOf(clone, { env: pullRequest, event });
    expect(story).toMatchObject({ historyNote: 'fetched', own: own.toReversed() });
    expect(commits(story)).toEqual(main.toReversed());
  });

  it('takes commits that were never pushed from the clone', async () => {
    const { bare, main, own } = forged();
    const clone = cloneOf(`file://${bare.folder}`, '--depth=2', '--branch=feature');
    const mine = clone.commit('mine', 'c.txt');
    const story = await storyOf(clone);
    expect(story).toMatchObject({ commit: mine, branch: 'feature', baseBranch: 'main', historyNote: 'fetched' });
    expect(story.own).toEqual([mine, ...own.toReversed()]);
    expect(commits(story)).toEqual(main.slice(0, 3).toReversed());
  });

  it('knows the base of a test merge even where nothing can be fetched, and names the remedy', async () => {
    const { bare, main, own } = forged();
    const clone = checkout(`file://${bare.folder}`, 'refs/pull/7/merge');
    clone.git('remote', 'set-url', 'origin', 'http://user:hunter2@127.0.0.1:9/shop/web.git');
    const event = { number: 7, pull_request: { head: { sha: own[1] } } };
    const story = await storyOf(clone, { env: pullRequest, event });
    expect(story).toMatchObject({ history: [{ commit: main[4] }], headCommit: own[1], pullRequest: 7 });
    expect(story.historyNote).toMatch(/^shallow: unable to access the remote/);
    expect(story.warnings).toEqual([
      expect.stringMatching(
        /^The clone is shallow, and its history could not be fetched: .+\. Set "fetch-depth: 0" under "with" of the step actions\/checkout\.$/,
      ),
    ]);
    expect(JSON.stringify(story)).not.toContain('hunter2');
  });

  it('has no history of a branch where nothing can be fetched', async () => {
    const { bare } = forged();
    const clone = checkout(`file://${bare.folder}`, 'refs/heads/feature');
    clone.git('remote', 'remove', 'origin');
    const env = { GITLAB_CI: 'true', CI_COMMIT_REF_NAME: 'feature', CI_DEFAULT_BRANCH: 'main' };
    const story = await storyOf(clone, { env });
    expect(story).toMatchObject({
      history: [],
      historyNote: 'shallow: there is no remote to fetch from',
      warnings: [
        'The clone is shallow, and its history could not be fetched: there is no remote to fetch from. Set "GIT_DEPTH: 0" under "variables" of the job.',
      ],
    });
  });

  it('gives the server what the clone would: headers, also behind a conditional include', async () => {
    const { bare, main, own } = forged();
    const root = mkdtempSync(join(tmpdir(), 'dpxdt-git-root-'));
    onTestFinished(() => rmSync(root, { recursive: true }));
    mkdirSync(join(root, 'shop'));
    const served = new GitProject(join(root, 'shop'));
    served.git('clone', '--quiet', '--mirror', bare.folder, 'web.git');
    new GitProject(join(root, 'shop/web.git')).git('config', 'uploadpack.allowFilter', 'true');
    const server = await serveGit(root, 'Basic c2VjcmV0');
    onTestFinished(() => server.close());
    const clone = checkout(`file://${bare.folder}`, 'refs/pull/7/merge');
    clone.git('remote', 'set-url', 'origin', `${server.url}/shop/web.git`);
    writeFileSync(
      join(root, 'credentials'),
      `[http "${server.url}/"]\n\textraheader = AUTHORIZATION: Basic c2VjcmV0\n`,
    );
    clone.git('config', `includeIf.gitdir:${clone.folder}/.git.path`, join(root, 'credentials'));
    const event = { number: 7, pull_request: { head: { sha: own[1] } } };
    const story = await storyOf(clone, { env: pullRequest, event });
    expect(story).toMatchObject({ historyNote: 'fetched', warnings: [] });
    expect(commits(story)).toEqual(main.toReversed());
    expect(server.requests.length).toBeGreaterThan(1);
    expect(server.requests.at(-1)!.authorization).toBe('Basic c2VjcmV0');
  });
});

describe('a workflow about another commit than what is checked out', () => {
  it('refuses pull_request_target on the base, and takes it on the head', async () => {
    const main = project();
    const base = main.commit('one');
    main.git('checkout', '--quiet', '-b', 'feature');
    const head = main.commit('a', 'a.txt');
    main.git('checkout', '--quiet', '--detach', base);
    const env = {
      ...githubJob,
      GITHUB_EVENT_NAME: 'pull_request_target',
      GITHUB_SHA: base,
      GITHUB_REF_NAME: 'main',
      GITHUB_HEAD_REF: 'feature',
      GITHUB_BASE_REF: 'main',
    };
    const event = {
      number: 7,
      pull_request: { head: { sha: head, repo: { full_name: 'fork/Web' } } },
    };
    const refused = await storyOf(main, { env, event });
    expect(refused.refusal).toMatch(
      `has checked out ${base.slice(0, 8)}, not the pull request's ${head.slice(0, 8)}`,
    );
    main.git('checkout', '--quiet', '--detach', head);
    expect(await storyOf(main, { env, event })).toMatchObject({
      refusal: null,
      commit: head,
      headRepository: 'github.com/fork/web',
      repository: 'github.com/shop/web',
      history: [{ commit: base }],
    });
  });

  it('starts a merge group at its base', async () => {
    const main = project();
    const base = main.commit('one');
    const group = main.commit('two');
    const env = {
      ...githubJob,
      GITHUB_EVENT_NAME: 'merge_group',
      GITHUB_SHA: group,
      GITHUB_REF_NAME: `gh-readonly-queue/main/pr-104-${base}`,
    };
    const event = {
      merge_group: {
        base_sha: base,
        base_ref: 'refs/heads/main',
        head_ref: `refs/heads/gh-readonly-queue/main/pr-104-${base}`,
      },
    };
    expect(await storyOf(main, { env, event })).toMatchObject({
      branch: null,
      baseBranch: 'main',
      pullRequest: 104,
      headCommit: group,
      history: [{ commit: base }],
    });
  });

  it('tells of the commit that an earlier run was about, which is not checked out', async () => {
    const work = project();
    const base = work.commit('one');
    work.git('checkout', '--quiet', '-b', 'feature');
    const head = work.commit('a', 'a.txt');
    const tree = work.tree();
    work.git('checkout', '--quiet', 'main');
    const bare = forge(work);
    const clone = cloneOf(`file://${bare.folder}`, '--single-branch', '--branch=main');
    const env = { ...githubJob, GITHUB_EVENT_NAME: 'workflow_run', GITHUB_SHA: base, GITHUB_REF_NAME: 'main' };
    const event = {
      repository: { default_branch: 'main' },
      workflow_run: {
        id: 55,
        event: 'pull_request',
        head_sha: head,
        head_branch: 'feature',
        head_repository: { full_name: 'Shop/Web' },
        pull_requests: [{ number: 7, base: { ref: 'main' } }],
      },
    };
    expect(await storyOf(clone, { env, event })).toMatchObject({
      commit: head,
      headCommit: head,
      tree,
      branch: 'feature',
      pullRequest: 7,
      history: [{ commit: base }],
      own: [head],
      historyNote: 'fetched',
    });
  });
});

it('reads settings as git lists them', () => {
  expect(parseConfig('core.bare\nfalse\0url.https://a/.insteadof\nb\nc\0http.sslverify\0')).toEqual([
    { key: 'core.bare', value: 'false' },
    { key: 'url.https://a/.insteadof', value: 'b\nc' },
    { key: 'http.sslverify', value: 'true' },
  ]);
});
