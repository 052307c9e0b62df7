import { expect, it } from 'vitest';
import { withoutControls } from './without-controls.ts';

it('takes out what moves, hides or turns text, and nothing else', () => {
  expect(withoutControls('a\u001b[31mred\u001b[0m\u0000\u0007b\r\nc\td\u202Ee\u2066f\u009bg')).toBe(
    'a[31mred[0mb\nc\tdefg',
  );
  expect(withoutControls('صفحة 🦊 naïve\n')).toBe('صفحة 🦊 naïve\n');
});
