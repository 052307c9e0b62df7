import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { commits, githubJob, project, storyOf, removeProjects } from '../../../test/support/git-stories.ts';
import type { StoryFlags } from './gather-git-story.ts';

afterAll(removeProjects);

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

describe('shards', () => {
  const gitlab = { GITLAB_CI: 'true', CI_NODE_INDEX: '2', CI_NODE_TOTAL: '5', CI_PIPELINE_ID: '9' };
  const shardOf = async (env: Record<string, string>, flags: Partial<StoryFlags> = {}) => {
    const { shard, shardId, warnings } = await storyOf(project(), { env, flags: { ...flags, git: false } });
    return { shard, shardId, warnings };
  };

  it('are what CI says of parallel jobs, unless the user says otherwise', async () => {
    const five = { shard: { index: 2, total: 5 }, shardId: 'gitlab:9', warnings: [] };
    expect(await shardOf(gitlab)).toEqual(five);
    expect(await shardOf(gitlab, { shardId: 'mine' })).toEqual({ ...five, shardId: 'mine' });
    const three = { index: 3, total: null };
    expect(await shardOf(gitlab, { shard: three })).toEqual({ ...five, shard: three });
    const none = { shard: null, shardId: null, warnings: [] };
    expect(await shardOf(gitlab, { shard: { index: 1, total: 1 }, shardId: 'mine' })).toEqual(none);
    expect(await shardOf({ ...githubJob, GITHUB_RUN_ATTEMPT: '2' })).toEqual(none);
    expect(await shardOf({ ...githubJob, GITHUB_RUN_ATTEMPT: '2' }, { shard: three })).toEqual({
      shard: three,
      shardId: 'github:77',
      warnings: [],
    });
  });

  it('are told where the steps that CI counts may do different things', async () => {
    const bitbucket = {
      BITBUCKET_BUILD_NUMBER: '1',
      BITBUCKET_PARALLEL_STEP: '2',
      BITBUCKET_PARALLEL_STEP_COUNT: '3',
    };
    expect((await shardOf(bitbucket)).warnings).toEqual([
      'This job counts as shard 3 of 3, because Bitbucket Pipelines runs it beside others. Say --shard 1/1 where it sends everything.',
    ]);
    expect((await shardOf(bitbucket, { shard: { index: 1, total: 1 } })).warnings).toEqual([]);
  });
});

it('sends no name that the API would refuse, and minds no settings', async () => {
  const main = project();
  main.commit('one');
  main.git('config', 'log.showSignature', 'true');
  main.git('config', 'log.decorate', 'full');
  main.git('config', 'color.ui', 'always');
  main.git('config', 'status.branch', 'true');
  main.git('checkout', '--quiet', '-b', `a\u202eb/${'x'.repeat(150)}/${'y'.repeat(150)}`);
  const two = main.commit('two');
  const story = await storyOf(main);
  expect(story.branch).toMatch(/^a\[U\+202E\]b\/x{150}\/y+$/);
  expect(story.branch).toHaveLength(255);
  expect(story).toMatchObject({
    commit: two,
    dirty: false,
    own: [two],
    history: [{ commit: main.hash('main') }],
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
