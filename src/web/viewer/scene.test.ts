import { expect, it } from 'vitest';
import { alignmentOf, changeOf } from '../../../test/support/sample-moves.ts';
import { sceneOf, viewerAlignment } from './scene.ts';
import type { ViewerImages } from './view-model.ts';

const size = { width: 1280, height: 2_000 };
const image = { key: '', size, kind: 'image' } as NonNullable<ViewerImages['after']>;
const at = (top: number) => ({ left: 40, top, width: 200, height: 60 });
const changes = [
  { ...changeOf({ kind: 'changed', before: at(100), after: at(100) }), fingerprint: 'fp1:a' },
  { ...changeOf({ kind: 'changed', before: at(900), after: at(900) }), fingerprint: 'fp1:b' },
];

it.each([
  [[], 100],
  [['fp1:a'], 900],
  [['fp1:a', 'fp1:b'], 100],
])('opens at the first change that is not decided: %j', (decided, top) => {
  const aligned = viewerAlignment(alignmentOf([], changes), null, new Set(decided));
  const none = { mask: null, diff: null, regions: [] };
  const scene = sceneOf({ ...none, key: '', before: image, after: image, canvas: size, aligned }, true);
  expect(scene.opening).toMatchObject({ top });
});
