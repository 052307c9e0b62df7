import { describe, expect, it } from 'vitest';
import { agreedTotal, areShardsDone, faultOf, openShards, parseShard, type ShardState } from './shards.ts';

const state = (index: number, isDone = true): ShardState => ({
  index,
  attempt: 1,
  startedAt: 1,
  lastNewsAt: 1,
  doneAt: isDone ? 2 : null,
});

describe('shards', () => {
  it.each([
    ['2/5', { index: 2, total: 5 }],
    ['2/?', { index: 2, total: null }],
    ['1000/1000', { index: 1_000, total: 1_000 }],
    ['6/5', null],
    ['0/5', null],
    ['1001/?', null],
    ['1/1001', null],
    ['1/0', null],
    ['2', null],
    ['02/5', null],
    ['2/5 ', null],
  ])('are read: %s', (text, shard) => expect(parseShard(text)).toEqual(shard));

  it('agree on a total', () => {
    expect(agreedTotal(null, { index: 1, total: null }, [])).toBeNull();
    expect(agreedTotal(null, { index: 1, total: 5 }, [state(2)])).toBe(5);
    expect(agreedTotal(5, { index: 1, total: null }, [])).toBe(5);
    expect(() => agreedTotal(5, { index: 1, total: 6 }, [])).toThrow(
      /^This release has 5 shards, and this job says 6\./,
    );
    expect(() => agreedTotal(null, { index: 1, total: 2 }, [state(3)])).toThrow(
      /^Shard 3 has reported to this release, and this job says that there are 2\./,
    );
  });

  it('are open again when one comes after the end', () =>
    expect(agreedTotal(4, { index: 5, total: null }, [])).toBeNull());

  it('are done when all are, and never while the total is not known', () => {
    expect(areShardsDone(2, [state(1), state(2)])).toBe(true);
    expect(areShardsDone(2, [state(1), state(2, false)])).toBe(false);
    expect(areShardsDone(3, [state(1), state(2)])).toBe(false);
    expect(areShardsDone(null, [state(1), state(2)])).toBe(false);
    expect(openShards(null, [state(3, false), state(1), state(2, false)])).toEqual([2, 3]);
  });

  it.each([
    [5, [1, 2, 4, 5], 'shard 3 of 5 never reported'],
    [5, [1, 2, 5], 'shards 3 and 4 of 5 never reported'],
    [5, [1, 5], 'shards 2, 3 and 4 of 5 never reported'],
    [20, [1, 2], 'shards 3, 4, 5, 6, 7 and 13 more of 20 never reported'],
    [null, [1, 2], 'no job said that all shards have reported (dpxdt finalize)'],
  ])('of %s with %j done: %s', (total, done, fault) =>
    expect(
      faultOf(
        total,
        done.map((index) => state(index)),
      ),
    ).toBe(fault),
  );
});
