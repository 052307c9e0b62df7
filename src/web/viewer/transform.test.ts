import { describe, expect, test } from 'vitest';
import {
  clampTransform,
  openingTransform,
  regionTransform,
  toImage,
  zoomAt,
  zoomPoint,
  type Transform,
} from './transform.ts';

const page = { width: 1280, height: 8_000 };
const pane = { width: 640, height: 700 };
const region = (left: number, top: number, width = 40, height = 20) => ({
  left,
  top,
  width,
  height,
  changedPixels: 1,
});

describe('the transform', () => {
  test('zooming keeps the point under the pointer', () => {
    const start: Transform = { x: 300, y: 2_000, scale: 1 };
    const at = { x: 123, y: 456 };
    const zoomed = zoomAt(start, 3.7, at, page, pane);
    expect(toImage(zoomed, at).x).toBeCloseTo(toImage(start, at).x, 9);
    expect(toImage(zoomed, at).y).toBeCloseTo(toImage(start, at).y, 9);
  });

  test('stays within 5 % and 3,200 %, less only for what needs it', () => {
    const start: Transform = { x: 0, y: 0, scale: 1 };
    expect(zoomAt(start, 1e9, { x: 0, y: 0 }, page, pane).scale).toBe(32);
    expect(zoomAt(start, 1e-9, { x: 0, y: 0 }, page, pane).scale).toBe(0.05);
    expect(zoomAt(start, 1e-9, { x: 0, y: 0 }, { width: 1280, height: 60_000 }, pane).scale).toBeCloseTo(
      700 / 60_000,
    );
  });

  test('never leaves a gap beside a larger image, and centres a smaller one', () => {
    expect(clampTransform({ x: -500, y: 99_999, scale: 1 }, page, pane)).toEqual({
      x: 0,
      y: 7_300,
      scale: 1,
    });
    const icon = clampTransform({ x: 5, y: 5, scale: 1 }, { width: 16, height: 16 }, pane);
    expect(icon).toEqual({ x: (16 - 640) / 2, y: (16 - 700) / 2, scale: 1 });
  });

  test('a page that fills the width but not the height stands at the top', () => {
    expect(clampTransform({ x: 0, y: -50, scale: 0.5 }, { width: 1280, height: 600 }, pane).y).toBeCloseTo(0);
  });

  test('opens where the first region can be read: whole if possible, in the upper third, at 100 % at most', () => {
    const third = { width: 360, height: 700 };
    const opened = openingTransform(region(900, 4_000), page, third);
    expect(opened.scale).toBe(1);
    expect((4_000 - opened.y) * opened.scale).toBeCloseTo(700 / 3);
    expect((920 - opened.x) * opened.scale).toBeCloseTo(180);
    const wider = openingTransform(region(500, 4_000, 400, 300), page, third);
    expect(wider.scale).toBeCloseTo(312 / 400);
    expect(openingTransform(null, page, third)).toEqual({ x: 0, y: 0, scale: 360 / 1280 });
    expect(openingTransform(null, { width: 16, height: 16 }, pane).scale).toBe(1);
  });

  test('of a region that is too large to be read whole, the beginning is seen', () => {
    const third = { width: 360, height: 700 };
    const header = openingTransform(region(0, 40, 1280, 80), page, third);
    expect(header).toMatchObject({ x: 0, y: 0, scale: 0.6 });
    const tall = openingTransform(region(300, 3_000, 900, 5_000), page, third);
    expect((3_000 - tall.y) * tall.scale).toBeCloseTo(24);
    expect((300 - tall.x) * tall.scale).toBeCloseTo(24);
  });

  test('the zoom keys turn around a region that is seen, and around the middle otherwise', () => {
    const seen = { x: 0, y: 3_900, scale: 1 };
    expect(zoomPoint(region(600, 4_000), seen, pane)).toEqual({ x: 620, y: 110 });
    expect(zoomPoint(region(600, 4_000), { ...seen, x: 630 }, pane)).toEqual({ x: 0, y: 110 });
    expect(zoomPoint(region(600, 100), seen, pane)).toBeNull();
  });

  test('a region comes to the centre, at most at 200 %, and whole', () => {
    const tiny = regionTransform(region(600, 4_000, 1, 1), 0.5, page, pane);
    expect(tiny.scale).toBeLessThanOrEqual(2);
    expect((600.5 - tiny.x) * tiny.scale).toBeCloseTo(320);
    expect((4_000.5 - tiny.y) * tiny.scale).toBeCloseTo(350);
    const wide = regionTransform(region(0, 100, 1_280, 1_000), 2, page, pane);
    expect(wide.scale * 1_280).toBeLessThanOrEqual(640);
  });

  test('a scale that the person chose stays when the region is well seen with it', () => {
    expect(regionTransform(region(600, 4_000, 200, 100), 1.3, page, pane).scale).toBe(1.3);
  });
});
