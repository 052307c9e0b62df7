import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { waitCommand } from './wait-goal.ts';

it.each([
  'main 0123abcd',
  'feature/x',
  'it\'s $(touch x) `y` \\ "z"',
  '-rf',
  '~',
  '',
  '日本',
  'a\nb',
  'x;y&z|w>v*',
])('a shell reads the name of the release %j as it is', (releaseName) => {
  const command = waitCommand({ buildId: 1, releaseName, releaseNumber: 2 }, 'decision');
  const words = execFileSync('sh', ['-c', `dpxdt() { printf '%s\\0' "$@"; }; ${command}`], {
    encoding: 'utf8',
  });
  expect(words.split('\0').slice(0, -1)).toEqual([
    'wait',
    '--build',
    '1',
    '--release',
    releaseName,
    '--number',
    '2',
  ]);
});
