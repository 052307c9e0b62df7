/** The short form of `npm run story:pull-requests`. */
import { expect, it, onTestFinished } from 'vitest';
import { tellPullRequests } from '../../scripts/stories/pull-requests.ts';
import { StoryWorld } from '../../scripts/stories/story-world.ts';

it('pull requests ask about what they change, once, also from clones of depth 1', async () => {
  const world = await StoryWorld.open();
  onTestFinished(() => world.close());
  const told: string[] = [];
  await tellPullRequests(world, (line) => told.push(line), { checkout: 'shallow', isLong: false });
  expect(told.filter((line) => line.includes('Exit status')).map((line) => line.trim())).toEqual([
    'Exit status 0.',
    'Exit status 1.',
    'Exit status 0.',
    'Exit status 1.',
    'Exit status 0.',
    'Exit status 0.',
  ]);
  expect(told.join('\n')).not.toContain('shallow');
});
