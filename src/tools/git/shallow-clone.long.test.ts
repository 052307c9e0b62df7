import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { serveGit } from '../../../test/support/git-http-server.ts';
import { GitProject } from '../../../test/support/git-project.ts';
import {
  cloneOf,
  commits,
  copyOf,
  forge,
  githubJob,
  project,
  storyOf,
  removeProjects,
} from '../../../test/support/git-stories.ts';

afterAll(removeProjects);

/** The folder for temporary folders of this test. */
function emptyTemporaryFolder(): string {
  const temporary = mkdtempSync(join(tmpdir(), 'dpxdt-tmp-'));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = temporary;
  onTestFinished(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(temporary, { recursive: true });
  });
  return temporary;
}

describe('a shallow clone', () => {
  /** main: one … five; the branch starts at three; a test merge of it with five. */
  let first: ReturnType<typeof makeForged> | null = null;

  /** A copy for every test: the first takes a while. */
  function forged() {
    first ??= makeForged();
    return { ...first, bare: copyOf(first.bare) };
  }

  function makeForged() {
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
    return { bare, main, own, merge };
  }

  function checkout(url: string, ref: string, depth = 1): GitProject {
    const clone = project();
    clone.git('remote', 'add', 'origin', url);
    clone.git(
      'fetch',
      '--quiet',
      '--no-tags',
      `--depth=${depth}`,
      'origin',
      `+${ref}:refs/remotes/origin/it`,
    );
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
    const temporary = emptyTemporaryFolder();
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
    // If no variable names the default branch, the remote does.
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
    [
      'the server leaves no files out',
      (bare: GitProject) => bare.git('config', 'uploadpack.allowFilter', 'false'),
      [],
    ],
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

  it('is given bare hashes by no server that speaks the first protocol, as the test before needs', () => {
    const { bare, own } = forged();
    const clone = checkout(`file://${bare.folder}`, 'refs/pull/7/merge');
    const fetch = () => clone.git('-c', 'protocol.version=0', 'fetch', '--depth=9', 'origin', own[0]!);
    expect(fetch).toThrow(/unadvertised object/);
  });

  it('asks for less where every file comes with it', async () => {
    const work = project();
    work.grow('main', 1_300);
    const bare = forge(work);
    const clone = checkout(`file://${bare.folder}`, 'refs/heads/main');
    const flags = { branch: 'main', baseBranch: 'main' };
    expect((await storyOf(clone, { flags })).history).toHaveLength(500);
    bare.git('config', 'uploadpack.allowFilter', 'false');
    const story = await storyOf(clone, { flags });
    expect([story.history.length, story.historyNote]).toEqual([199, 'fetched']);
  });

  it('looks further back for a branch point than at first', async () => {
    const work = project();
    const point = work.grow('main', 50);
    work.grow('feature', 1_200, point);
    work.grow('main', 1_200, point);
    const bare = forge(work);
    const clone = checkout(`file://${bare.folder}`, 'refs/heads/feature');
    const story = await storyOf(clone, { flags: { branch: 'feature', baseBranch: 'main' } });
    expect([commits(story)[0], story.history.length]).toEqual([point, 50]);
  });

  it('is not led astray by a branch whose name is a pattern or an option', async () => {
    const { bare } = forged();
    const clone = checkout(`file://${bare.folder}`, 'refs/heads/feature');
    for (const branch of ['--upload-pack=touch /tmp/x', '*', 'main:refs/heads/x', '+main', 'a b', '..']) {
      const story = await storyOf(clone, { flags: { branch: 'feature', baseBranch: branch } });
      expect(story.history, branch).toEqual([]);
      expect(story.historyNote, branch).toMatch(/^shallow: /);
    }
  });

  it('takes commits that were never pushed from the clone', async () => {
    const { bare, main, own } = forged();
    const clone = cloneOf(`file://${bare.folder}`, '--depth=2', '--branch=feature');
    const mine = clone.commit('mine', 'c.txt');
    const story = await storyOf(clone);
    expect(story).toMatchObject({
      commit: mine,
      branch: 'feature',
      baseBranch: 'main',
      historyNote: 'fetched',
    });
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

  it('waits for a silent server no longer than it may, ends when interrupted, and leaves nothing behind', async () => {
    const { bare } = forged();
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      silent.close();
      silent.closeAllConnections();
    });
    const clone = checkout(`file://${bare.folder}`, 'refs/heads/feature');
    const { port } = silent.address() as AddressInfo;
    clone.git('remote', 'set-url', 'origin', `http://127.0.0.1:${port}/web.git`);
    const temporary = emptyTemporaryFolder();
    const flags = { branch: 'feature', baseBranch: 'main' };
    const story = await storyOf(clone, { flags, deadlineMs: 1_500 });
    expect(story).toMatchObject({ history: [], historyNote: 'shallow: it took too long' });
    const stop = new AbortController();
    silent.once('request', () => stop.abort(new Error('stopped')));
    await expect(storyOf(clone, { flags, signal: stop.signal })).rejects.toThrow('stopped');
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('minds no variables that tie git to a repository', async () => {
    const { bare, main } = forged();
    const clone = checkout(`file://${bare.folder}`, 'refs/heads/main');
    const env = {
      GIT_DIR: join(clone.folder, '.git'),
      GIT_INDEX_FILE: join(clone.folder, '.git/index'),
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'http.extraheader',
      GIT_CONFIG_VALUE_0: 'X: y',
    };
    const story = await storyOf(clone, { env, flags: { branch: 'main', baseBranch: 'main' } });
    expect(story).toMatchObject({ historyNote: 'fetched' });
    expect(commits(story)).toEqual(main.slice(0, 4).toReversed());
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
