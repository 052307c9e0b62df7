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

it("takes gflags' ways of switching on and off, of flags that take no value only", () => {
  const switches = new Set(['wait', 'no-wait', 'json', 'no-setup']);
  const normalise = (...argv: string[]) => normaliseArguments(argv, switches);
  expect(normalise('--nowait', '--wait=false', '--wait=True', '--wait=0', '--nosetup')).toEqual([
    '--no-wait',
    '--no-wait',
    '--wait',
    '--no-wait',
    '--no-setup',
  ]);
  expect(normalise('--wait=maybe', '--note', '--notify=true', '--nojson', '--no_wait')).toEqual([
    '--wait=maybe',
    '--note',
    '--notify=true',
    '--nojson',
    '--no-wait',
  ]);
});
