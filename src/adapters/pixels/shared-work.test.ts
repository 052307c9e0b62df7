import { expect, it } from 'vitest';
import { SharedWork } from './shared-work.ts';

/** Works that end on request, in the order in which they began. */
function works() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () =>
    new Promise<void>((resolve) => {
      begun.push(name);
      ends.set(name, resolve);
    });
  return { begun, work, end: (name: string) => ends.get(name)!() };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('runs a work once for all who want it, and few works at a time', async () => {
  const { begun, work, end } = works();
  const shared = new SharedWork({ concurrency: 1, maxWaiting: 10 });
  const done = ['a', 'a', 'b', 'a'].map((name) => shared.run(name, work(name)));
  await turn();
  expect(begun).toEqual(['a']);
  end('a');
  await turn();
  expect(begun).toEqual(['a', 'b']);
  end('b');
  await Promise.all(done);
  expect(shared.has('a') || shared.has('b')).toBe(false);
});

it('leaves out what nobody wants any more, and keeps what one still wants', async () => {
  const { begun, work, end } = works();
  const shared = new SharedWork({ concurrency: 1, maxWaiting: 10 });
  const gone = new AbortController();
  const first = shared.run('first', work('first'));
  const left = shared.run('left', work('left'), gone.signal);
  const kept = [shared.run('kept', work('kept'), gone.signal), shared.run('kept', work('kept'))];
  gone.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  await expect(kept[0]).rejects.toThrow('gone');
  end('first');
  await first;
  await turn();
  expect(begun).toEqual(['first', 'kept']);
  end('kept');
  await kept[1];
});

it('refuses more than may wait, and goes on after a failure', async () => {
  const { work, end } = works();
  const shared = new SharedWork({ concurrency: 1, maxWaiting: 1 });
  const first = shared.run('first', work('first'));
  const second = shared.run('second', () => Promise.reject(new Error('broken')));
  await expect(shared.run('third', work('third'))).rejects.toMatchObject({ code: 'unavailable' });
  await turn();
  end('first');
  await first;
  await expect(second).rejects.toThrow('broken');
  const last = shared.run('last', work('last'));
  await turn();
  end('last');
  await last;
});
