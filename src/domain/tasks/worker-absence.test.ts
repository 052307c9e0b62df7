import { expect, it } from 'vitest';
import { commandForAbsence, describeAbsence, workerAbsence, type QueueSign } from './worker-absence.ts';

const now = 1_000_000;
const sign = (queue: QueueSign['queue'], rest: Partial<QueueSign> = {}): QueueSign => ({
  queue,
  label: '',
  waitingSince: null,
  askedAt: null,
  isAtWork: false,
  ...rest,
});
const absence = (capture: Partial<QueueSign>, diff: Partial<QueueSign> = {}) =>
  workerAbsence([sign('capture', capture), sign('run-pdiff', diff)], now);
const waits = { waitingSince: now - 10_000 };

it.each<[string, ReturnType<typeof absence>, ReturnType<typeof absence>]>([
  ['nothing waits', absence({}), null],
  ['nothing waits long enough', absence({ waitingSince: now - 9_999 }), null],
  ['nobody ever asked', absence(waits), { kind: 'work', since: null }],
  ['a worker asked a moment ago', absence({ ...waits, askedAt: now - 9_999 }), null],
  [
    'a worker asked too long ago',
    absence({ ...waits, askedAt: now - 10_000 }),
    { kind: 'work', since: now - 10_000 },
  ],
  ['workers are busy', absence({ ...waits, askedAt: now - 90_000, isAtWork: true }), null],
  [
    'the last one to ask asked for a comparison',
    absence({ ...waits, askedAt: 5 }, { askedAt: 7 }),
    { kind: 'work', since: 7 },
  ],
  [
    'comparisons are served only',
    absence({ ...waits, askedAt: 5 }, { askedAt: now }),
    { kind: 'captures', since: 5 },
  ],
  ['captures are served only', absence({ askedAt: now }, waits), { kind: 'comparisons', since: null }],
  ['captures are at work only', absence({ isAtWork: true }, waits), { kind: 'comparisons', since: null }],
])('%s', (_what, found, expected) => {
  expect(found).toEqual(expected);
});

it('is said in one sentence', () => {
  const time = (at: number) => `second ${at / 1_000}`;
  expect(describeAbsence({ kind: 'work', since: null }, time)).toBe('No worker has asked for work yet.');
  expect(describeAbsence({ kind: 'comparisons', since: 7_000 }, time)).toBe(
    'No worker has asked for comparisons since second 7.',
  );
});

it('names the label that no worker has, after ten seconds', () => {
  const vpn = (rest: Partial<QueueSign>) => sign('capture', { label: 'vpn', ...rest });
  const plain = [sign('capture', { askedAt: now }), sign('run-pdiff', { askedAt: now })];
  const waiting = { waitingSince: now - 10_000 };
  expect(workerAbsence([...plain, vpn({ waitingSince: now - 9_999 })], now)).toBe(null);
  expect(workerAbsence([...plain, vpn({ ...waiting, isAtWork: true })], now)).toBe(null);
  expect(workerAbsence([...plain, vpn({ ...waiting, askedAt: now - 9_999 })], now)).toBe(null);
  const absent = workerAbsence([...plain, vpn({ ...waiting, askedAt: 5 })], now)!;
  expect(absent).toEqual({ kind: 'captures', label: 'vpn', since: 5 });
  expect(describeAbsence(absent, String)).toBe('No worker labeled "vpn" has asked for captures since 5.');
  expect(describeAbsence({ ...absent, since: null }, String)).toBe(
    'No worker labeled "vpn" has asked for captures yet.',
  );
  // A worker with a label does not serve work that has none.
  const unserved = [sign('capture', waiting), sign('run-pdiff', { askedAt: now }), vpn({ askedAt: now })];
  expect(workerAbsence(unserved, now)).toEqual({ kind: 'captures', since: null });
});

it('names the command that starts the missing worker, with its label', () => {
  expect(commandForAbsence({})).toBe('dpxdt worker');
  expect(commandForAbsence({ label: 'vpn' })).toBe('dpxdt worker --label vpn');
  expect(commandForAbsence({ label: 'vpn.firefox' })).toBe('dpxdt worker --label vpn --firefox FILE');
  const absent = { kind: 'captures', label: 'firefox', since: null } as const;
  expect(describeAbsence(absent, String)).toBe('No worker with Firefox has asked for captures yet.');
});
