import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Slots } from './slots.ts';

it('runs as many at once as there are slots, in order, and answers each its own', async () => {
  const slots = new Slots(3);
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  const work = (index: number) => async () => {
    begun.push(index);
    most = Math.max(most, ++running);
    await nextTurn();
    running--;
    return index * 2;
  };
  const indexes = Array.from({ length: 20 }, (_, index) => index);
  const answers = await Promise.all(indexes.map((index) => slots.run(work(index))));
  expect(answers).toEqual(indexes.map((index) => index * 2));
  expect(begun).toEqual(indexes);
  expect(most).toBe(3);
});

it('gets a slot back from work that fails, at once or later', async () => {
  const slots = new Slots(1);
  const outcomes = await Promise.allSettled([
    slots.run(() => {
      throw new Error('at once');
    }),
    slots.run(async () => {
      await nextTurn();
      throw new Error('later');
    }),
    slots.run(async () => 'fine'),
  ]);
  expect(
    outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : String(outcome.reason))),
  ).toEqual(['Error: at once', 'Error: later', 'fine']);
});
