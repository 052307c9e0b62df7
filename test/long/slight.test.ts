import { it } from 'vitest';
import { expectNothingHidden } from '../golden/changes/slight.ts';

it.each([
  [1, 1],
  [2, 3],
])(
  'no visible change is the same at the defaults, at %i device pixels per CSS pixel, one case in %i',
  { timeout: 120_000 },
  expectNothingHidden,
);
