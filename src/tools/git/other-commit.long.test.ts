import { afterAll, describe, expect, it } from 'vitest';
import {
  cloneOf,
  forge,
  githubJob,
  project,
  storyOf,
  removeProjects,
} from '../../../test/support/git-stories.ts';

afterAll(removeProjects);

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
    const env = {
      ...githubJob,
      GITHUB_EVENT_NAME: 'workflow_run',
      GITHUB_SHA: base,
      GITHUB_REF_NAME: 'main',
    };
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
