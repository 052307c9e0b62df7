import { expect, it } from 'vitest';
import { inParallel } from './in-parallel.ts';

const never = new AbortController().signal;
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('keeps to its number, and takes items only when there is room', async () => {
  let running = 0;
  let most = 0;
  let taken = 0;
  const done: number[] = [];
  function* items() {
    for (let item = 0; item < 20; item++) {
      taken++;
      yield item;
    }
  }
  await inParallel(items(), 3, never, async (item) => {
    most = Math.max(most, ++running);
    expect(taken - done.length).toBeLessThanOrEqual(3);
    await turn();
    done.push(item);
    running--;
  });
  expect(most).toBe(3);
  expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, item) => item));
});

it('ends with the first error, tells the others, and closes the source', async () => {
  let closed = false;
  async function* items() {
    try {
      for (let item = 0; ; item++) yield item;
    } finally {
      closed = true;
    }
  }
  const told: unknown[] = [];
  const run = inParallel(items(), 2, never, async (item, signal) => {
    if (item === 1) throw new Error('broken');
    if (item === 0) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    told.push(signal.reason);
  });
  await expect(run).rejects.toThrow('broken');
  expect(told).toEqual([expect.objectContaining({ message: 'broken' })]);
  expect(closed).toBe(true);
});

it('ends with the reason of the signal', async () => {
  const controller = new AbortController();
  const run = inParallel([1, 2, 3], 1, controller.signal, async () => {
    controller.abort(new Error('Ctrl-C'));
  });
  await expect(run).rejects.toThrow('Ctrl-C');
});

it('has nothing to do without items', async () => {
  await inParallel([], 4, never, () => Promise.reject(new Error('never called')));
});
