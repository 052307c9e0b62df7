/** `npm run story:pull-requests`: pull requests told with the real tools, step by step; fails where one goes wrong. */
import { tellPullRequests, tellPullRequestsInShards, tellWithoutGit } from './stories/pull-requests.ts';
import { StoryWorld } from './stories/story-world.ts';

const tell = (line: string) => console.log(line);

const stories: [string, (world: StoryWorld) => Promise<void>][] = [
  ['With a full clone', (world) => tellPullRequests(world, tell, { checkout: 'full', isLong: true })],
  [
    'With a clone of depth 1',
    (world) => tellPullRequests(world, tell, { checkout: 'shallow', isLong: true }),
  ],
  ['In two shards', (world) => tellPullRequestsInShards(world, tell)],
  ['Without git', (world) => tellWithoutGit(world, tell)],
];

/** Part of a title, to tell that one alone. */
const wanted = process.argv[2] ?? '';

for (const [title, story] of stories.filter(([name]) => name.includes(wanted))) {
  const startedAt = performance.now();
  tell(`\n=== ${title} ===\n`);
  const world = await StoryWorld.open();
  try {
    await story(world);
  } finally {
    await world.close();
  }
  tell(`\n${title}: as it should be, in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s.`);
}
