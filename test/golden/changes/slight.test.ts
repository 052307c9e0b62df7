import { testVisibleChanges } from './slight.ts';

// All of them are part of the long tests.
testVisibleChanges([
  [1, 5],
  [2, 15],
]);
