import { describe, expect, it } from 'vitest';
import { DepictedClient } from '../client/index.ts';
import { createRelease } from './create-release.ts';
import type { GitStory } from './git/git-story.ts';

const story: GitStory = {
  commit: 'c'.repeat(40),
  tree: 'd'.repeat(40),
  headCommit: 'b'.repeat(40),
  branch: 'feature',
  baseBranch: 'main',
  pullRequest: 7,
  repository: 'git.example/shop',
  headRepository: 'git.example/fork',
  history: [{ commit: 'a'.repeat(40), tree: 'e'.repeat(40) }, { commit: 'f'.repeat(40) }],
  own: ['b'.repeat(40)],
  author: { name: 'Ada', address: 'ada@git.example' },
  ciUrl: 'https://ci.example/7',
  historyNote: 'fetched',
  dirty: false,
  baselineRelease: null,
  shard: null,
  shardId: null,
  subset: true,
  freshReview: false,
  system: null,
  tag: null,
  warnings: [],
  refusal: null,
};

/** Creates a release of a server that gives these answers, one after another. */
async function created(gitStory: GitStory | null, ...answers: [number, object][]) {
  const sent: Record<string, unknown>[] = [];
  const warnings: string[] = [];
  const client = new DepictedClient({
    server: 'http://server.example',
    maxAttempts: 1,
    fetch: async (_, init) => {
      sent.push(JSON.parse(init.body as string) as Record<string, unknown>);
      const [status, body] = answers.shift() ?? [200, { success: true, release_number: 3 }];
      return new Response(JSON.stringify(body), { status });
    },
  });
  const source = { branch: 'feature', commit: story.headCommit, ciUrl: story.ciUrl };
  const wanted = { buildId: 1, releaseName: 'r', url: null, source, gitStory };
  const release = await createRelease(client, wanted, (message) => warnings.push(message)).catch(
    (error: Error) => error.message,
  );
  return { release, sent, warnings };
}

const release = { buildId: 1, releaseName: 'r', releaseNumber: 3 };
const alone = {
  build_id: 1,
  release_name: 'r',
  branch: 'feature',
  commit: story.headCommit,
  ci_url: 'https://ci.example/7',
};
const refusal: [number, object] = [400, { error: 'tree is not known.', code: 'invalid_argument' }];

describe('a release', () => {
  it('is made with all that git and CI say', async () => {
    expect(await created(story)).toEqual({
      release,
      warnings: [],
      sent: [
        {
          ...alone,
          commit: story.commit,
          tree: story.tree,
          head_commit: story.headCommit,
          base_branch: 'main',
          pull_request: 7,
          repository: 'git.example/shop',
          head_repository: 'git.example/fork',
          history: story.history,
          own: story.own,
          author: story.author,
          history_note: 'fetched',
          subset: true,
        },
      ],
    });
  });

  it('says that there is no history where there is none, and nothing where nothing is known', async () => {
    const none = { ...story, history: [], own: [], historyNote: 'none: switched off' };
    expect((await created(none)).sent).toMatchObject([{ history: [], history_note: 'none: switched off' }]);
    expect((await created(null)).sent).toEqual([alone]);
  });

  it('tells a server that refuses the story branch, commit and link alone', async () => {
    const { sent, ...told } = await created(story, refusal);
    expect(sent[1]).toEqual(alone);
    expect(told).toEqual({
      release,
      warnings: [
        'The server refused the git history of this commit, so baselines do not follow it. Its answer: tree is not known.',
      ],
    });
  });

  it('is not made as another one than the user asks for, nor where the rest is refused too', async () => {
    const shard = { ...story, shard: { index: 1, total: 2 }, shardId: 'x' };
    expect(await created(shard, refusal)).toMatchObject({ release: 'tree is not known.', warnings: [] });
    const named = { ...story, baselineRelease: 'nightly' };
    expect((await created(named, refusal)).sent).toHaveLength(1);
    expect(await created(story, refusal, refusal)).toMatchObject({
      release: 'tree is not known.',
      warnings: [],
    });
    const gone: [number, object] = [404, { error: 'There is no build 1.', code: 'not_found' }];
    expect((await created(story, gone)).sent).toHaveLength(1);
  });
});
