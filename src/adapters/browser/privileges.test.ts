import { expect, test } from 'vitest';
import { launchPlans } from './privileges.ts';

const nobody = { uid: 65534, gid: 65534 };

test('a person gets the sandbox, or is told once that there is none', () => {
  expect(launchPlans('auto', 1000, nobody)).toMatchObject([
    { sandbox: true },
    { sandbox: false, notice: expect.stringContaining('without its sandbox') as string },
  ]);
});

test('root becomes nobody, with the sandbox; then without; root itself comes last', () => {
  expect(launchPlans('auto', 0, nobody)).toMatchObject([
    { sandbox: true, user: nobody },
    { sandbox: false, user: nobody, notice: expect.stringContaining('without its sandbox') as string },
    { sandbox: false, notice: expect.stringContaining('as root') as string },
  ]);
});

test('"on" takes nothing less, "off" asks for nothing', () => {
  expect(launchPlans('on', 0, nobody)).toEqual([{ sandbox: true, user: nobody }]);
  expect(launchPlans('on', 1000, nobody)).toEqual([{ sandbox: true }]);
  expect(launchPlans('off', 1000, nobody)).toEqual([{ sandbox: false }]);
  expect(launchPlans('off', 0, nobody)).toEqual([{ sandbox: false, user: nobody }, { sandbox: false }]);
});

test('root on a system without an unprivileged user cannot have the sandbox', () => {
  expect(launchPlans('on', 0, null)).toEqual([]);
  expect(launchPlans('auto', 0, null)).toMatchObject([{ sandbox: false }]);
});
