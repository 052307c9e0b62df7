import { describe, expect, it } from 'vitest';
import { likelyNext, neighbour, nextUndecided } from './run-order.ts';

const order = [10, 20, 30, 40, 50];
const undecided =
  (...ids: number[]) =>
  (id: number) =>
    ids.includes(id);

describe('neighbour', () => {
  it('goes through what is shown and ends at both ends', () => {
    expect(neighbour(order, order, 20, 1)).toBe(30);
    expect(neighbour(order, order, 20, -1)).toBe(10);
    expect(neighbour(order, order, 50, 1)).toBeNull();
    expect(neighbour(order, order, 10, -1)).toBeNull();
  });

  it('goes to the nearest one shown when a filter hides the run itself', () => {
    expect(neighbour([10, 50], order, 30, 1)).toBe(50);
    expect(neighbour([10, 50], order, 30, -1)).toBe(10);
    expect(neighbour([10], order, 30, 1)).toBeNull();
  });

  it('begins at an end for a run that came after the order was taken', () => {
    expect(neighbour(order, order, 99, 1)).toBe(10);
    expect(neighbour(order, order, 99, -1)).toBe(50);
  });
});

describe('nextUndecided', () => {
  it('goes on behind the current run, then from the beginning, and ends when no other is left', () => {
    expect(nextUndecided(order, order, 20, 1, undecided(10, 20, 40))).toBe(40);
    expect(nextUndecided(order, order, 40, 1, undecided(10, 20, 40))).toBe(10);
    expect(nextUndecided(order, order, 20, -1, undecided(10, 20, 40))).toBe(10);
    expect(nextUndecided(order, order, 20, 1, undecided(20))).toBeNull();
    expect(nextUndecided(order, order, 20, 1, undecided())).toBeNull();
  });
});

describe('likelyNext', () => {
  it('is first on in the direction of travel, then back, then the next undecided, each once', () => {
    expect(likelyNext(order, order, 30, 1, undecided(50))).toEqual([40, 20, 50]);
    expect(likelyNext(order, order, 30, -1, undecided(20, 40))).toEqual([20, 40]);
    expect(likelyNext(order, order, 50, 1, undecided())).toEqual([40]);
  });
});
