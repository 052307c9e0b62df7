/**
 * The story of two pull requests, told with the real tools, a real server and real git: what is asked, what is asked
 * again, and what is not.
 */
import type { Checkout, Job, StoryWorld, ToolAnswer } from './story-world.ts';

/** Prints a line of the story. */
type Tell = (line: string) => void;

interface Expected {
  /** Exit status. */
  status: number;
  /** What its last sentence says. */
  message: RegExp;
  /** States of pages that matter, by name. */
  pages?: Readonly<Record<string, string>>;
}

interface PullRequestStory {
  checkout: Exclude<Checkout, 'none'>;
  /** Also a page that is removed and confirmed, and a branch that sees the new main. */
  isLong: boolean;
}

/** How CI builds the code; one answer, whatever the number of jobs. */
type Build = (of: Job['of']) => Promise<ToolAnswer & { printed: string }>;

/** @throws Error that names the step at which the story goes another way */
export async function tellPullRequests(
  world: StoryWorld,
  tell: Tell,
  { checkout, isLong }: PullRequestStory,
): Promise<void> {
  await follow(world, tell, isLong, (of) => world.job(checkout, { of }));
}

async function follow(world: StoryWorld, tell: Tell, isLong: boolean, build: Build): Promise<void> {
  const step = stepper(tell);
  const { git } = world;
  const main = { branch: 'main' };

  world.commit('The shop', { home: 'teal', cart: 'olive', about: 'navy' });
  world.push('main');
  await step('main: the first release has no baseline, and is good without a person', build(main), {
    status: 0,
    message: /^Nothing is left to decide: 3 new\. The server marked the release good\./,
  });

  git.git('checkout', '--quiet', '-b', 'feature');
  world.commit('A new home page', { home: 'tomato' });
  world.pushPullRequest('feature', 7);
  const first = await step(
    'Pull request 7 changes the home page: red',
    build({ pullRequest: 7, branch: 'feature' }),
    {
      status: 1,
      message: /^1 run differs from the baseline\./,
      pages: { home: 'differs', cart: 'same', about: 'same' },
    },
  );

  tell('A reviewer approves the home page');
  const decided = await approve(world, first, 'home');
  tell(`    The release is ${decided}.`);
  if (decided !== 'good') throw new Error(`The approved release is ${decided}, not good.`);

  git.git('commit', '--quiet', '--allow-empty', '--message', 'A comment');
  world.pushPullRequest('feature', 7);
  await step(
    'Pull request 7 is pushed again: nothing is asked twice',
    build({ pullRequest: 7, branch: 'feature' }),
    {
      status: 0,
      message: /^Nothing is left to decide: 2 the same, 1 approved\./,
      pages: { home: 'approved' },
    },
  );

  git.git('checkout', '--quiet', '-b', 'other', 'main');
  world.commit('A new about page', { about: 'plum' });
  world.pushPullRequest('other', 8);
  await step('Pull request 8 shows its own change only', build({ pullRequest: 8, branch: 'other' }), {
    status: 1,
    message: /^1 run differs from the baseline\./,
    pages: { home: 'same', about: 'differs' },
  });

  git.git('checkout', '--quiet', 'main');
  git.git('merge', '--quiet', '--squash', 'feature');
  git.git('commit', '--quiet', '--message', 'A new home page (#7)');
  world.push('main');
  await step('Pull request 7 is squashed into main: green without a question', build(main), {
    status: 0,
    message: /^Nothing is left to decide: 2 the same, 1 approved\./,
    pages: { home: 'approved' },
  });

  if (isLong) await tellMore(world, step, build);

  git.git('checkout', '--quiet', 'main');
  git.git('revert', '--no-edit', ':/A new home page \\(#7\\)');
  world.push('main');
  await step('The change is reverted on main: green', build(main), {
    status: 0,
    message: /^Nothing is left to decide: /,
    pages: { home: 'approved' },
  });
}

async function tellMore(world: StoryWorld, step: ReturnType<typeof stepper>, build: Build): Promise<void> {
  const { git } = world;
  git.git('checkout', '--quiet', '-b', 'third', 'main');
  world.commit('No cart any more', { cart: null });
  world.pushPullRequest('third', 9);
  const of = { pullRequest: 9, branch: 'third' };
  const gone = await step(
    'Pull request 9, begun after that, removes a page: red, though nothing differs',
    build(of),
    {
      status: 1,
      message: /^1 page of the baseline is missing: cart\./,
      pages: { home: 'same', about: 'same' },
    },
  );
  await world.client.reviewMissing({ ...releaseOf(gone), names: ['cart'], verdict: 'confirmed' });
  await step(
    'A reviewer confirms the removal, and the job runs again: it is not asked for twice',
    build(of),
    {
      status: 0,
      message: /^Nothing is left to decide: 2 the same\./,
    },
  );
}

/** The same with two jobs that send one release together. */
export async function tellPullRequestsInShards(world: StoryWorld, tell: Tell): Promise<void> {
  let builds = 0;
  await follow(world, tell, true, async (of) => {
    const id = `run-${++builds}`;
    const shard = (number: number, pages: string[]) =>
      world.job('shallow', { of, pages, args: ['--shard', `${number}/2`, '--shard-id', id] });
    const [first, second] = await Promise.all([shard(1, ['home']), shard(2, ['cart', 'about'])]);
    if (first.message === second.message && first.exit_status === second.exit_status) return second;
    throw new Error(`The jobs of one release end differently: ${first.message} ${second.message}`);
  });
}

/** Without git: the newest good release is the baseline, and people mark releases. */
export async function tellWithoutGit(world: StoryWorld, tell: Tell): Promise<void> {
  const step = stepper(tell);
  const build = () => world.job('none', { of: { branch: 'main' }, args: ['--upload-release-name', 'shop'] });
  const change = (words: string, pages: Record<string, string>) => {
    world.commit(words, pages);
    world.push('main');
  };

  change('The shop', { home: 'teal', cart: 'olive' });
  const first = await step('Without git: the first release has no baseline', build(), {
    status: 4,
    message: /^Nothing was compared: no run has a baseline yet\./,
  });
  tell('A reviewer marks it good');
  await world.client.reviewRelease({ ...releaseOf(first), decision: 'good' });
  await step('The same again: green', build(), { status: 0, message: /^No differences: 2 runs compared\./ });
  change('A new home page', { home: 'tomato' });
  const red = await step('The home page changes: red', build(), {
    status: 1,
    message: /^1 run differs from the baseline\./,
    pages: { home: 'differs' },
  });
  tell('A reviewer marks it good');
  await world.client.reviewRelease({ ...releaseOf(red), decision: 'good' });
  await step('The same again: green', build(), { status: 0, message: /^No differences: 2 runs compared\./ });
  change('The former home page', { home: 'teal' });
  await step('The change is undone: asked again, as the newest good release counts', build(), {
    status: 1,
    message: /^1 run differs from the baseline\./,
  });
}

function releaseOf({ release_name, release_number }: ToolAnswer) {
  return { buildId: 1, releaseName: release_name, releaseNumber: release_number };
}

/** @returns the state of the release after that */
async function approve({ client }: StoryWorld, answer: ToolAnswer, runName: string): Promise<string> {
  const key = releaseOf(answer);
  const { run } = await client.runDetail({ ...key, runName });
  const { release } = await client.reviewRun({
    ...key,
    runId: run.id,
    verdict: 'approved',
    operationId: `${key.releaseName} ${key.releaseNumber} ${runName}`,
  });
  return release.status;
}

function stepper(tell: Tell) {
  return async (
    title: string,
    building: Promise<ToolAnswer & { printed: string }>,
    { status, message, pages = {} }: Expected,
  ): Promise<ToolAnswer> => {
    tell(title);
    const answer = await building;
    for (const line of answer.printed.trimEnd().split('\n')) tell(`    ${line}`);
    tell(`    Exit status ${answer.exit_status}.`);
    const seen = Object.fromEntries(answer.runs.map(({ name, state }) => [name, state]));
    const wrong = Object.entries(pages).filter(([name, state]) => seen[name] !== state);
    if (answer.exit_status === status && message.test(answer.message) && wrong.length === 0) return answer;
    throw new Error(
      `"${title}" went another way: expected status ${status}, ${message} and ${JSON.stringify(pages)}, ` +
        `but it was ${answer.exit_status}, ${JSON.stringify(answer.message)} and ${JSON.stringify(seen)}.`,
    );
  };
}
