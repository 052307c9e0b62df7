import { expect, it } from 'vitest';
import { nextAddress } from './next-address.ts';

const origin = 'https://dpxdt.example.org';

it.each([
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '///evil.example',
  ' //evil.example',
  'https://evil.example/',
  'https:evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  'https://dpxdt.example.org@evil.example/',
  'http://dpxdt.example.org/',
  '/..//evil.example',
  '/./\\evil.example',
  'build?id=1',
  '',
  '/login?next=/',
  '/logout',
])('T25, D24: next=%j leads to the start page', (next) => {
  expect(nextAddress(next, origin)).toBe('/');
});

it.each(['/', '/build?id=1', '/run?id=1&name=r&number=2&test=%2Fa%3Fb#x', '/api/work_queue'])(
  'next=%j is gone to',
  (next) => {
    expect(nextAddress(next, origin)).toBe(next);
  },
);
