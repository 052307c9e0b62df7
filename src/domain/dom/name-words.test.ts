import { expect, it } from 'vitest';
import type { ChangeName } from '../comparison/alignment.ts';
import { nameDetails, nameWords } from './name-words.ts';

const facts: ChangeName['facts'] = [
  { what: 'text', before: 'Sale', after: 'Clear\nance' },
  { what: 'color', before: null, after: '#1a73e8' },
  { what: 'opacity', before: '0.5', after: null },
  { what: 'added', before: null, after: 'New' },
  { what: 'moved', before: null, after: 'Rye' },
];

it('says what differs about an element, with the values of both sides', () => {
  const details = [
    'text "Sale" → "Clear ance"',
    'color none → #1a73e8',
    'opacity 0.5 → none',
    'added "New"',
    'moved "Rye"',
  ];
  expect(nameDetails({ facts })).toEqual(details);
  expect(nameWords({ selector: 'header > a', kind: 'changed', facts })).toBe(
    `header > a: ${details.join(', ')}`,
  );
});

it('says the same in a list and in a line', () => {
  expect(nameWords({ selector: 'a', kind: 'changed', facts: [] })).toBe('a');
  expect(nameDetails({ facts: [] })).toEqual([]);
});
