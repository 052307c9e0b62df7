import { expect, it } from 'vitest';
import { normaliseArguments } from './normalise-arguments.ts';

it('turns underscores of flags into dashes, and nothing else', () => {
  expect(
    normaliseArguments([
      'test',
      'my_tests',
      '--test_filter=a_b=c_d',
      '--list_tests',
      '--json',
      '--',
      '--a_b',
    ]),
  ).toEqual(['test', 'my_tests', '--test-filter=a_b=c_d', '--list-tests', '--json', '--', '--a_b']);
});
