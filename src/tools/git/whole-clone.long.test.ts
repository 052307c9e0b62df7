import { afterAll, describe, expect, it } from 'vitest';
import { commits, githubJob, project, removeProjects, storyOf } from '../../../test/support/git-stories.ts';

afterAll(removeProjects);

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
    expect(await storyOf(main)).toMatchObject({
      history: [],
      own: [first],
      historyNote: 'full',
      warnings: [],
    });
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
    const env = {
      ...githubJob,
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_SHA: merge,
      GITHUB_BASE_REF: 'main',
    };
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
    expect(await storyOf(main, { env: { ...env, ...ref } })).toMatchObject({
      headCommit: head,
      pullRequest: 7,
    });
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
    // A merge made by people is what they built.
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
      warnings: [],
    });
    expect(commits(story)).toEqual([two, one]);
    const unknownCi = await storyOf(main, { env: { CI: 'true' } });
    expect(unknownCi.warnings).toEqual([expect.stringMatching(/^Files that git tracks were changed/)]);
    expect(await storyOf(main, { env: { CI: 'true' }, flags: { commit: two } })).toMatchObject({
      commit: two,
      warnings: [],
    });
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
      warnings: ['No git history: this branch and "main" have no commit in common.'],
    });
  });

  it('has at most 500 commits of history and 100 of its own', async () => {
    const main = project();
    main.grow('main', 700);
    main.grow('feature', 150, 'refs/heads/main');
    main.git('checkout', '--quiet', 'feature');
    const story = await storyOf(main);
    expect([story.history.length, story.own.length]).toEqual([500, 100]);
    expect(commits(story)[0]).toBe(main.hash('main'));
    expect(story.own[0]).toBe(main.hash());
  });
});
