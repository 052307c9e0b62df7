import { expect, it } from 'vitest';
import { MessageDraft, readMessage } from './server-channel.ts';

it('collects each release and queue once, with the newest version and all tasks', () => {
  const draft = new MessageDraft();
  draft.add({ releases: [{ id: 1, version: 7 }], queues: [{ name: 'capture', count: 1 }] });
  draft.add({ releases: [{ id: 1, version: 5 }], queues: [{ name: 'capture', count: 2 }] });
  expect(draft.take('me').map((text) => readMessage(text, 'you'))).toEqual([
    { releases: [{ id: 1, version: 7 }], queues: [{ name: 'capture', count: 3 }] },
  ]);
  expect(draft.take('me')).toEqual([]);
});

it('splits what is too long for one notification of PostgreSQL', () => {
  const draft = new MessageDraft();
  const releases = Array.from({ length: 1_000 }, (_, id) => ({ id, version: 1_000_000 }));
  draft.add({ releases, queues: [{ name: 'ü'.repeat(100), count: 1 }] });
  const texts = draft.take('me');
  expect(texts.length).toBeGreaterThan(1);
  for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThan(8_000);
  expect(texts.flatMap((text) => readMessage(text, 'you')!.releases)).toEqual(releases);
});

it('ignores its own messages, and what another version may send', () => {
  const mine = JSON.stringify({ from: 'me', releases: [[1, 2]], queues: [] });
  expect(readMessage(mine, 'me')).toBeNull();
  for (const text of ['', 'test 1', 'null', '1', '[]', '{}', '{"from":1}'])
    expect(readMessage(text, 'me')).toBeNull();
  const odd = { from: 'you', releases: [['1', 2], [1], 'x', [3, 4]], queues: { a: 1 }, more: true };
  expect(readMessage(JSON.stringify(odd), 'me')).toEqual({ releases: [{ id: 3, version: 4 }], queues: [] });
});
