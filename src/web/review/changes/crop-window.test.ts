import { expect, test } from 'vitest';
import { cropWindow } from './crop-window.ts';

const room = { width: 240, height: 140 };
const image = { width: 1280, rows: 2000 };

test('a small change is in the middle of its crop, at full size', () => {
  const box = { left: 600, top: 400, width: 40, height: 20 };
  expect(cropWindow(box, room, image)).toEqual({
    scale: 1,
    top: 340,
    rows: 140,
    left: 'max(0px, min(584px, 620px - 50cqw, 1280px - 100cqw))',
    change: { left: 600, top: 60, width: 40, height: 20 },
  });
});

test('above and below, the crop shows the image and nothing beyond', () => {
  const box = { left: 600, top: 3, width: 40, height: 20 };
  expect(cropWindow(box, room, image)).toMatchObject({ top: 0, rows: 140 });
  expect(cropWindow({ ...box, top: 1970 }, room, image)).toMatchObject({ top: 1860, rows: 140 });
  expect(cropWindow(box, room, { width: 1280, rows: 80 })).toMatchObject({ top: 0, rows: 80 });
});

test('a change that is too large for its crop is shrunk, as long as it can be read', () => {
  const wide = { left: 100, top: 100, width: 308, height: 20 };
  expect(cropWindow(wide, room, image)).toMatchObject({
    scale: 240 / 340,
    left: 'max(0px, min(59px, 179px - 50cqw, 904px - 100cqw))',
  });
});

test('a change that is long in one direction is shown from its beginning, at a scale at which text can be read', () => {
  const bar = { left: 100, top: 100, width: 1100, height: 48 };
  expect(cropWindow(bar, room, image)).toMatchObject({
    scale: 0.6,
    left: 'max(0px, min(50px, 390px - 50cqw, 768px - 100cqw))',
    change: { left: 60, width: 660 },
  });
  const column = { left: 100, top: 300, width: 100, height: 5_000 };
  expect(cropWindow(column, room, { width: 1280, rows: 9000 })).toMatchObject({ top: 284, scale: 0.6 });
});

test('an area is shrunk further, so that it can be recognized', () => {
  const area = { left: 100, top: 300, width: 448, height: 448 };
  expect(cropWindow(area, room, image).scale).toBe(0.5);
  expect(cropWindow({ ...area, width: 1100, height: 5_000 }, room, image).scale).toBe(0.25);
});

test('until the image has arrived, its right edge is not known', () => {
  const box = { left: 1174, top: 71, width: 9, height: 10 };
  expect(cropWindow(box, room, { width: null, rows: 1366 }).left).toBe(
    'max(0px, min(1158px, 1179px - 50cqw))',
  );
});
