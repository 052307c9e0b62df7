import { testVisibleChanges } from '../golden/changes/slight.ts';

testVisibleChanges([
  [1, 1],
  [2, 3],
]);
