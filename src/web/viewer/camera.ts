/** The shared view of all panes: one transform, kept within the image. */

import type { ImageSize, Region } from '../../domain/comparison/comparison.ts';
import { prefersReducedMotion, settleMs, type Motion } from './motion.ts';
import {
  clampTransform,
  openingTransform,
  recentred,
  regionTransform,
  scaleToFitAll,
  scaleToFitWidth,
  zoomAt,
  zoomPoint,
  type Point,
  type Transform,
} from './transform.ts';

export type Fit = 'width' | 'all' | null;

/** The canvas shared by the images, and its changed regions. */
export interface CameraScene {
  canvas: ImageSize;
  /** In reading order. */
  regions: readonly Region[];
  /** What to open at. */
  opening: Region | null;
}

/** Where to open images; without it, zoom and place are kept if the user zoomed and the size is the same. */
export interface CameraStart {
  /** Index of a region to center. */
  region?: number;
  at?: Transform;
}

export class Camera {
  readonly #motion: Motion;
  readonly #changed: () => void;
  #scene: CameraScene | null = null;
  #start: CameraStart = {};
  #transform: Transform = { x: 0, y: 0, scale: 1 };
  #pane: ImageSize = { width: 0, height: 0 };
  #fit: Fit = 'width';
  /** The user moved: resizing must not reset the view. */
  #hasMoved = false;
  /** The user chose a scale: the next images of the same size open with it. */
  #hasZoomed = false;
  #movedAt = -Infinity;
  #settle: ReturnType<typeof setTimeout> | undefined;

  /** @param changed called whenever a redraw is needed */
  constructor(motion: Motion, changed: () => void) {
    this.#motion = motion;
    this.#changed = changed;
  }

  get transform(): Transform {
    return this.#transform;
  }

  /** CSS pixels of one pane; 0 × 0 before the first layout. */
  get pane(): ImageSize {
    return this.#pane;
  }

  get fit(): Fit {
    return this.#fit;
  }

  get hasPane(): boolean {
    return this.#pane.width > 0 && this.#pane.height > 0;
  }

  /** Vertical scroll position in whole percent, 0–100. */
  get scrollPercent(): number {
    if (this.#scene === null) return 0;
    const { y, scale } = this.#transform;
    const hidden = this.#scene.canvas.height - this.#pane.height / scale;
    return hidden <= 0 ? 0 : Math.round((Math.max(0, y) / hidden) * 100);
  }

  /**
   * Whether the image is tall enough to need a map. Based on the pane width without the map, so that showing the
   * map cannot change the result.
   *
   * @param mapWidth current width of the map in CSS pixels
   * @param panes how many panes share the width
   */
  isTall(mapWidth: number, panes: number): boolean {
    if (this.#scene === null) return false;
    const width = this.#pane.width + mapWidth / Math.max(1, panes);
    const scale = scaleToFitWidth(this.#scene.canvas, { width, height: this.#pane.height });
    return this.#scene.canvas.height * scale > this.#pane.height * 1.5;
  }

  isMoving(now: number): boolean {
    return now - this.#movedAt < settleMs;
  }

  /** Where images with this scene would open. */
  openingOf(scene: CameraScene): Transform {
    if (this.#keeps(scene)) return this.#transform;
    return openingTransform(scene.opening, scene.canvas, this.#pane);
  }

  /** Other images. */
  open(scene: CameraScene | null, start: CameraStart): void {
    const isPlaced = start.at !== undefined || start.region !== undefined;
    const keep = scene !== null && !isPlaced && this.#keeps(scene);
    this.#scene = scene;
    this.#start = start;
    // First quickly, then once in full quality.
    if (scene !== null) this.#markMoving();
    if (keep) {
      this.#transform = clampTransform(this.#transform, scene.canvas, this.#pane);
      return;
    }
    this.#hasMoved = start.at !== undefined;
    this.#hasZoomed = start.at !== undefined;
    this.#fit = 'width';
    this.#goToStart();
  }

  /** The same images, laid out otherwise. @param rowIn the new row of a row of the canvas */
  relay(scene: CameraScene, rowIn: (row: number) => number): void {
    if (this.#scene === null) return;
    this.#motion.stop();
    const { x, y, scale } = this.#transform;
    const half = this.#pane.height / scale / 2;
    this.#scene = scene;
    this.#start = {};
    // A page at its top stays there.
    const top = y <= 0 ? y : rowIn(y + half) - half;
    this.#transform = clampTransform({ x, y: top, scale }, scene.canvas, this.#pane);
    this.#markMoving();
    this.#changed();
  }

  /** Sets the pane size in CSS pixels. A fitted view stays fitted. */
  resize(width: number, height: number): void {
    if (width === this.#pane.width && height === this.#pane.height) return;
    const isFirst = !this.hasPane;
    this.#pane = { width, height };
    if (this.#scene === null) return;
    if (isFirst || !this.#hasMoved) this.#goToStart();
    else {
      const { canvas } = this.#scene;
      const fits = { width: scaleToFitWidth(canvas, this.#pane), all: scaleToFitAll(canvas, this.#pane) };
      const scale = this.#fit === null ? this.#transform.scale : fits[this.#fit];
      this.#transform = clampTransform({ ...this.#transform, scale }, canvas, this.#pane);
    }
    this.#changed();
  }

  /** @param dx @param dy CSS pixels */
  panBy(dx: number, dy: number): void {
    const { x, y, scale } = this.#transform;
    this.#move({ scale, x: x + dx / scale, y: y + dy / scale }, this.#fit);
  }

  /** Scrolls by a share of the visible part; used by Space and the page keys. */
  pageBy(pages: number): void {
    this.panBy(0, pages * this.#pane.height * 0.9);
  }

  scrollToEdge(edge: 'start' | 'end'): void {
    const { x, scale } = this.#transform;
    this.#move({ x, scale, y: edge === 'start' ? 0 : (this.#scene?.canvas.height ?? 0) }, this.#fit);
  }

  /** Centers the panes on a row, given as a share (0–1) of the image's height. */
  scrollToShare(share: number): void {
    const { x, scale } = this.#transform;
    const row = share * (this.#scene?.canvas.height ?? 0);
    this.#move({ x, scale, y: row - this.#pane.height / scale / 2 }, this.#fit);
  }

  /**
   * Zooms as the keys do: the chosen region stays in view.
   *
   * @param chosen the region that was stepped to; without it, the one that the images opened at, if it is seen
   */
  zoomStep(factor: number, chosen: Region | null): void {
    if (this.#scene === null) return;
    const region = chosen ?? this.#scene.opening;
    const at = region === null ? null : zoomPoint(region, this.#transform, this.#pane);
    this.zoomBy(factor, at ?? this.#middle());
    if (region !== null && at !== null) this.#keepInView(region);
  }

  /** @param at CSS pixels in a pane; the middle by default */
  zoomBy(factor: number, at: Point = this.#middle()): void {
    if (this.#scene === null) return;
    this.#hasZoomed = true;
    this.#move(zoomAt(this.#transform, factor, at, this.#scene.canvas, this.#pane), null);
  }

  fitWidth(): void {
    if (this.#scene === null) return;
    this.#hasZoomed = false;
    const scale = scaleToFitWidth(this.#scene.canvas, this.#pane);
    this.#glide({ ...recentred(this.#transform, scale, this.#pane), x: 0 }, 'width');
  }

  fitAll(): void {
    if (this.#scene === null) return;
    this.#hasZoomed = true;
    this.#glide({ x: 0, y: 0, scale: scaleToFitAll(this.#scene.canvas, this.#pane) }, 'all');
  }

  /** 100 % around a point, or back to fit width. */
  toggleActualSize(at: Point = this.#middle()): void {
    if (this.#scene === null) return;
    const { canvas } = this.#scene;
    const isActual = Math.abs(this.#transform.scale - 1) < 0.001;
    if (isActual && scaleToFitWidth(canvas, this.#pane) < 1) return this.fitWidth();
    this.#hasZoomed = true;
    this.#glide(zoomAt(this.#transform, 1 / this.#transform.scale, at, canvas, this.#pane), null);
  }

  /** Centers a region, at 200 % at most. */
  goTo(region: Region): void {
    if (this.#scene === null) return;
    this.#glide(regionTransform(region, this.#transform.scale, this.#scene.canvas, this.#pane), null);
  }

  /** Follows a running jump. @param now time of the animation frame */
  step(now: number): void {
    const jumped = this.#motion.stepJump(now);
    if (jumped === null) return;
    this.#transform = jumped;
    this.#markMoving();
  }

  close(): void {
    clearTimeout(this.#settle);
  }

  /** Moves just enough to show the whole region, where it fits. */
  #keepInView(region: Region): void {
    const { x, y, scale } = this.#transform;
    const inside = (from: number, start: number, length: number, visible: number) =>
      length > visible ? from : Math.min(start, Math.max(start + length - visible, from));
    const to = {
      scale,
      x: inside(x, region.left, region.width, this.#pane.width / scale),
      y: inside(y, region.top, region.height, this.#pane.height / scale),
    };
    if (to.x !== x || to.y !== y) this.#move(to, null);
  }

  #keeps({ canvas }: CameraScene): boolean {
    const now = this.#scene?.canvas;
    return this.#hasZoomed && now?.width === canvas.width && now.height === canvas.height;
  }

  #middle(): Point {
    return { x: this.#pane.width / 2, y: this.#pane.height / 2 };
  }

  #goToStart(): void {
    if (this.#scene === null || !this.hasPane) return;
    const { canvas, regions, opening: first } = this.#scene;
    const { at, region = null } = this.#start;
    const chosen = region === null ? undefined : regions[region];
    const opening = openingTransform(chosen ?? first, canvas, this.#pane);
    if (at !== undefined) this.#transform = clampTransform(at, canvas, this.#pane);
    else if (chosen === undefined) this.#transform = opening;
    else this.#transform = regionTransform(chosen, opening.scale, canvas, this.#pane);
    const isFitted = this.#transform.scale === scaleToFitWidth(canvas, this.#pane);
    this.#fit = at === undefined && chosen === undefined && isFitted ? 'width' : null;
  }

  #move(to: Transform, fit: Fit): void {
    if (this.#scene === null) return;
    this.#motion.stopJump();
    this.#hasMoved = true;
    this.#fit = fit;
    this.#transform = clampTransform(to, this.#scene.canvas, this.#pane);
    this.#markMoving();
    this.#changed();
  }

  #glide(to: Transform, fit: Fit): void {
    const target = clampTransform(to, this.#scene!.canvas, this.#pane);
    this.#hasMoved = true;
    this.#fit = fit;
    if (prefersReducedMotion()) this.#transform = target;
    else this.#motion.jump(this.#transform, target, performance.now());
    this.#changed();
  }

  #markMoving(): void {
    this.#movedAt = performance.now();
    clearTimeout(this.#settle);
    this.#settle = setTimeout(this.#changed, settleMs + 10);
  }
}
