/**
 * The viewer without its frame: holds the transform and draws all panes at most once an animation frame. React never
 * sees a pan or a zoom step; it subscribes to the few words it shows.
 */

import type { PictureSize } from '../../domain/comparison.ts';
import { defaultCacheBytes } from './bitmap-cache.ts';
import { paintMinimap } from './minimap-paint.ts';
import { Motion, prefersReducedMotion, settleMs } from './motion.ts';
import { paintPane } from './pane-paint.ts';
import type { PictureSource } from './picture-source.ts';
import { PieceDemand } from './piece-demand.ts';
import { Surface } from './surface.ts';
import { pixelColour, sameReadout } from './readout.ts';
import type { HighlightName } from './tint.ts';
import {
  clampTransform,
  openingTransform,
  recentred,
  regionTransform,
  scaleToFitAll,
  scaleToFitWidth,
  toPicture,
  zoomAt,
  type Point,
  type Transform,
} from './transform.ts';
import { panesOf, possibleViews, type ViewerPictures, type ViewName } from './view-model.ts';
import { initialViewerState, type ViewerState } from './viewer-state.ts';

/** Half a period: 1 Hz, well below three flashes a second. */
const blinkMs = 500;
/** Colours are read from 800 % on. */
const readoutFrom = 8;

/** Where to open pictures; without it zoom and place stay when the person chose them and the size is the same. */
export interface ViewerStart {
  region?: number;
  at?: Transform;
}

export class ViewerEngine {
  readonly #demand = new PieceDemand(defaultCacheBytes());
  readonly #motion = new Motion();
  readonly #surface = new Surface();
  readonly #listeners = new Set<() => void>();
  #pictures: ViewerPictures | null = null;
  #start: ViewerStart = {};
  #transform: Transform = { x: 0, y: 0, scale: 1 };
  #pane: PictureSize = { width: 0, height: 0 };
  #stageWidth = 0;
  #touched = false;
  #frame = 0;
  #movedAt = -Infinity;
  #settle: ReturnType<typeof setTimeout> | undefined;
  #blink: ReturnType<typeof setInterval> | undefined;
  #pointer: Point | null = null;
  #state: ViewerState = initialViewerState;

  constructor() {
    this.#demand.cache.onChange = () => this.invalidate();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): ViewerState => this.#state;

  get pictures(): ViewerPictures | null {
    return this.#pictures;
  }

  get transform(): Transform {
    return this.#transform;
  }

  /** CSS pixels of one pane. */
  get paneSize(): PictureSize {
    return this.#pane;
  }

  /** Bytes of decoded pixels held now. */
  get cacheBytes(): number {
    return this.#demand.cache.bytes;
  }

  // --- what is shown -------------------------------------------------------------------------------------------

  show(pictures: ViewerPictures | null, start: ViewerStart = {}): void {
    const previous = this.#pictures?.canvas;
    const isSameSize =
      previous?.width === pictures?.canvas.width && previous?.height === pictures?.canvas.height;
    const keep = this.#touched && isSameSize && start.at === undefined && start.region === undefined;
    this.#pictures = pictures;
    this.#start = start;
    this.#motion.stop();
    this.#pointer = null;
    this.#touched = keep || start.at !== undefined;
    this.#set({
      region: start.region ?? null,
      readout: null,
      isBlank: pictures !== null,
      ...(keep ? {} : { fit: 'width' as const }),
    });
    this.#layout();
    if (!keep) this.#open();
    this.setBlinking(this.#state.view === 'blink' && !prefersReducedMotion());
    this.invalidate();
  }

  /** Pictures that will probably be asked for next. */
  prefetch(sources: readonly PictureSource[]): void {
    this.#demand.prefetch = sources;
    this.invalidate();
  }

  setView(view: ViewName): void {
    if (this.#pictures === null || !possibleViews(this.#pictures).includes(view)) return;
    if (view === this.#state.view) return;
    this.#set({ view, blinkSide: 'before' });
    this.#layout();
    this.setBlinking(view === 'blink' && !prefersReducedMotion());
    this.invalidate();
  }

  setMask(maskOn: boolean): void {
    this.#set({ maskOn });
    this.invalidate();
  }

  /** @param swipe share of the pane that shows the before picture, 0–1 */
  setSwipe(swipe: number): void {
    this.#set({ swipe: Math.min(1, Math.max(0, swipe)) });
    this.invalidate();
  }

  /** @param onion opacity of the after picture, 0–1 */
  setOnion(onion: number): void {
    this.#set({ onion: Math.min(1, Math.max(0, onion)) });
    this.invalidate();
  }

  setBlinking(blinking: boolean): void {
    clearInterval(this.#blink);
    if (blinking) {
      this.#blink = setInterval(() => {
        this.#set({ blinkSide: this.#state.blinkSide === 'before' ? 'after' : 'before' });
        this.invalidate();
      }, blinkMs);
    }
    this.#set({ blinking });
  }

  setHighlight(name: HighlightName): void {
    this.#demand.highlight = name;
    this.invalidate();
  }

  /** Before → diff → after → before, as single pictures. */
  flip(): void {
    const possible = this.#pictures === null ? [] : possibleViews(this.#pictures);
    const cycle = (['before', 'diff', 'after'] as const).filter((view) => possible.includes(view));
    const at = (cycle as readonly ViewName[]).indexOf(this.#state.view);
    const next = cycle[(at + 1) % cycle.length];
    if (next !== undefined) this.setView(next);
  }

  // --- zoom and place --------------------------------------------------------------------------------------------

  /** @param dx @param dy CSS pixels */
  panBy(dx: number, dy: number): void {
    const { x, y, scale } = this.#transform;
    this.#move({ scale, x: x + dx / scale, y: y + dy / scale }, this.#state.fit);
  }

  /** Scrolls by a share of what is seen; used by Space and the page keys. */
  pageBy(pages: number): void {
    this.panBy(0, pages * this.#pane.height * 0.9);
  }

  scrollToEdge(edge: 'start' | 'end'): void {
    const { x, scale } = this.#transform;
    const y = edge === 'start' ? 0 : (this.#pictures?.canvas.height ?? 0);
    this.#move({ x, scale, y }, this.#state.fit);
  }

  /** Centres the panes on a row, given as a share (0–1) of the picture's height. */
  scrollToShare(share: number): void {
    const { x, scale } = this.#transform;
    const row = share * (this.#pictures?.canvas.height ?? 0);
    this.#move({ x, scale, y: row - this.#pane.height / scale / 2 }, this.#state.fit);
  }

  /** @param at CSS pixels in a pane; the middle by default */
  zoomBy(factor: number, at: Point = this.#middle()): void {
    if (this.#pictures === null) return;
    this.#move(zoomAt(this.#transform, factor, at, this.#pictures.canvas, this.#pane), null);
  }

  fitWidth(): void {
    if (this.#pictures === null) return;
    const scale = scaleToFitWidth(this.#pictures.canvas, this.#pane);
    this.#glide({ ...recentred(this.#transform, scale, this.#pane), x: 0 }, 'width');
  }

  fitAll(): void {
    if (this.#pictures === null) return;
    this.#glide({ x: 0, y: 0, scale: scaleToFitAll(this.#pictures.canvas, this.#pane) }, 'all');
  }

  /** 100 % around a point, or back to fit width. */
  toggleActualSize(at: Point = this.#middle()): void {
    if (this.#pictures === null) return;
    const { canvas } = this.#pictures;
    const isActual = Math.abs(this.#transform.scale - 1) < 0.001;
    if (isActual && scaleToFitWidth(canvas, this.#pane) < 1) this.fitWidth();
    else this.#glide(zoomAt(this.#transform, 1 / this.#transform.scale, at, canvas, this.#pane), null);
  }

  /** Brings a region to the centre and pulses its outline once. @returns its index, or null without regions */
  goToRegion(index: number): number | null {
    const regions = this.#pictures?.regions ?? [];
    if (this.#pictures === null || regions.length === 0) return null;
    const wrapped = (index + regions.length) % regions.length;
    const { canvas } = this.#pictures;
    this.#set({ region: wrapped });
    this.#glide(regionTransform(regions[wrapped]!, this.#transform.scale, canvas, this.#pane), null);
    if (!prefersReducedMotion()) this.#motion.pulse(wrapped, performance.now());
    return wrapped;
  }

  stepRegion(step: 1 | -1): number | null {
    const { region } = this.#state;
    if (region !== null) return this.goToRegion(region + step);
    return this.goToRegion(step === 1 ? 0 : (this.#pictures?.regions.length ?? 0) - 1);
  }

  /** Shows every region's outline for a moment, in every pane. */
  flashRegions(): void {
    this.#motion.pulse('all', performance.now());
    this.invalidate();
  }

  /** Where the pointer is in its pane (CSS pixels), for the colour under it; null when it left. */
  pointAt(at: Point | null): void {
    this.#pointer = at;
    if (this.#transform.scale >= readoutFrom || this.#state.readout !== null) this.invalidate();
  }

  // --- canvases ------------------------------------------------------------------------------------------------

  attachPane(index: number, canvas: HTMLCanvasElement | null): void {
    this.#surface.setPane(index, canvas);
    this.invalidate();
  }

  attachMinimap(canvas: HTMLCanvasElement | null): void {
    this.#surface.map = canvas;
    this.invalidate();
  }

  /** The stage (all panes together) has a new width; CSS pixels. */
  resizeStage(width: number): void {
    if (width === this.#stageWidth) return;
    this.#stageWidth = width;
    this.#layout();
  }

  /** Every pane has a new size; CSS pixels. What was fitted stays fitted. */
  resizePane(width: number, height: number): void {
    if (width === this.#pane.width && height === this.#pane.height) return;
    const isFirst = this.#pane.width === 0 || this.#pane.height === 0;
    this.#pane = { width, height };
    if (this.#pictures === null) return;
    if (isFirst || !this.#touched) this.#open();
    else {
      const { canvas } = this.#pictures;
      const fits = { width: scaleToFitWidth(canvas, this.#pane), all: scaleToFitAll(canvas, this.#pane) };
      const scale = this.#state.fit === null ? this.#transform.scale : fits[this.#state.fit];
      this.#transform = clampTransform({ ...this.#transform, scale }, canvas, this.#pane);
    }
    this.invalidate();
  }

  /** Loads again what could not be loaded. */
  retry(): void {
    this.#demand.cache.retry();
    this.invalidate();
  }

  /** Closes every bitmap and stops every timer. */
  close(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#settle);
    clearInterval(this.#blink);
    this.#demand.cache.clear();
  }

  /** Draws in the next animation frame. */
  invalidate(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame((now) => {
      this.#frame = 0;
      this.#draw(now);
    });
  }

  // --- inside ----------------------------------------------------------------------------------------------------

  #middle(): Point {
    return { x: this.#pane.width / 2, y: this.#pane.height / 2 };
  }

  #open(): void {
    if (this.#pictures === null || this.#pane.width === 0 || this.#pane.height === 0) return;
    const { canvas, regions } = this.#pictures;
    const { at, region = null } = this.#start;
    const opening = openingTransform(regions[region ?? 0] ?? null, canvas, this.#pane);
    const chosen = region === null ? undefined : regions[region];
    if (at !== undefined) this.#transform = clampTransform(at, canvas, this.#pane);
    else if (chosen === undefined) this.#transform = opening;
    else this.#transform = regionTransform(chosen, opening.scale, canvas, this.#pane);
    this.#set({ fit: at === undefined && chosen === undefined ? 'width' : null });
  }

  #layout(): void {
    const panes =
      this.#pictures === null ? [] : panesOf(this.#state.view, this.#stageWidth || 1280, this.#pictures);
    if (panes.join() !== this.#state.panes.join()) this.#set({ panes });
  }

  #move(to: Transform, fit: ViewerState['fit']): void {
    if (this.#pictures === null) return;
    this.#motion.stopJump();
    this.#touched = true;
    this.#transform = clampTransform(to, this.#pictures.canvas, this.#pane);
    this.#set({ fit });
    this.#markMoving();
    this.invalidate();
  }

  #glide(to: Transform, fit: ViewerState['fit']): void {
    const target = clampTransform(to, this.#pictures!.canvas, this.#pane);
    this.#touched = true;
    this.#set({ fit });
    if (prefersReducedMotion()) this.#transform = target;
    else this.#motion.jump(this.#transform, target, performance.now());
    this.invalidate();
  }

  #markMoving(): void {
    this.#movedAt = performance.now();
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => this.invalidate(), settleMs + 10);
  }

  #set(change: Partial<ViewerState>): void {
    const keys = Object.keys(change) as (keyof ViewerState)[];
    if (keys.every((key) => Object.is(this.#state[key], change[key]))) return;
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }

  #draw(now: number): void {
    const pictures = this.#pictures;
    if (pictures === null || this.#pane.width === 0) return;
    const jumped = this.#motion.stepJump(now);
    if (jumped !== null) {
      this.#transform = jumped;
      this.#markMoving();
    }
    const pulse = this.#motion.stepPulse(now);
    if (pulse !== null || this.#motion.isJumping) this.invalidate();
    const isMoving = now - this.#movedAt < settleMs;
    const view = { transform: this.#transform, isMoving, piece: this.#demand.piece };
    let isBlank = false;
    this.#surface.eachPane(view, (index, frame) => {
      const kind = this.#state.panes[index];
      if (kind === undefined) return;
      const isDrawn = paintPane(frame, kind, { pictures, state: this.#state, pulse });
      isBlank ||= !isDrawn;
    });
    const failed = this.#demand.want(pictures, this.#transform, this.#pane);
    this.#set({ isTall: this.#isTall(pictures.canvas, this.#surface.mapWidth) });
    const map = this.#surface.mapFrame(view);
    if (map !== null) paintMinimap(map, pictures, this.#pane, this.#demand.highlightColour);
    this.#report(pictures, isBlank && !failed, failed);
  }

  /** By the width that the panes have without the map, so that the map cannot make itself needless. */
  #isTall(canvas: PictureSize, mapWidth: number): boolean {
    const width = this.#pane.width + mapWidth / Math.max(1, this.#state.panes.length);
    const scale = scaleToFitWidth(canvas, { width, height: this.#pane.height });
    return canvas.height * scale > this.#pane.height * 1.5;
  }

  #report(pictures: ViewerPictures, isBlank: boolean, failed: boolean): void {
    const { scale, y } = this.#transform;
    const percent = scale * 100;
    const hidden = pictures.canvas.height - this.#pane.height / scale;
    const readout =
      this.#pointer === null || scale < readoutFrom
        ? null
        : pixelColour(pictures, toPicture(this.#transform, this.#pointer), this.#demand.piece);
    this.#set({
      zoomPercent: percent < 10 ? Math.round(percent * 10) / 10 : Math.round(percent),
      scrollPercent: hidden <= 0 ? 0 : Math.round((Math.max(0, y) / hidden) * 100),
      isBlank,
      failed,
      ...(sameReadout(readout, this.#state.readout) ? {} : { readout }),
    });
  }
}
