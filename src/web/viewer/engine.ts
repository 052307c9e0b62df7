/**
 * The viewer without its frame: holds the transform, decides what must be decoded, and draws all panes at most once an
 * animation frame. React never sees a pan or a zoom step; it subscribes to the few words it shows.
 */

import type { PictureSize } from '../../domain/comparison.ts';
import { BitmapCache, defaultCacheBytes, type BitmapRequest } from './bitmap-cache.ts';
import { paintMinimap } from './minimap-paint.ts';
import { paintPane } from './pane-paint.ts';
import { neededPieces, visibleStrips, type Frame } from './paint.ts';
import { overviewSize, stripCount, stripSpan, type PictureSource } from './picture-source.ts';
import { pixelColour, type PixelReadout } from './readout.ts';
import { highlightColours, tint, type HighlightName } from './tint.ts';
import {
  clampTransform,
  openingTransform,
  regionTransform,
  scaleToFitAll,
  scaleToFitWidth,
  toPicture,
  zoomAt,
  type Point,
  type Transform,
} from './transform.ts';
import { panesOf, possibleViews, type PaneKind, type ViewerPictures, type ViewName } from './view-model.ts';

/** What the frame around the panes shows; a new object only when something in it changed. */
export interface ViewerState {
  view: ViewName;
  panes: readonly PaneKind[];
  maskOn: boolean;
  /** Index of the current region, or null. */
  region: number | null;
  /** Whole percent; below 10 with one decimal. */
  zoomPercent: number;
  fit: 'width' | 'all' | null;
  /** Share of the pane left of the swipe line, 0–1. */
  swipe: number;
  /** Share of the after picture, 0–1. */
  onion: number;
  blinking: boolean;
  blinkSide: 'before' | 'after';
  /** Whether the picture is tall enough to need a map. */
  isTall: boolean;
  /** How far down the pane is, 0–100, whole. */
  scrollPercent: number;
  readout: PixelReadout | null;
  /** True while nothing of what is needed has arrived. */
  isBlank: boolean;
  failed: boolean;
}

const settleMs = 80;
const jumpMs = 160;
const pulseMs = 500;
const blinkMs = 500;

export class ViewerEngine {
  readonly cache = new BitmapCache(defaultCacheBytes());
  #pictures: ViewerPictures | null = null;
  #prefetch: readonly PictureSource[] = [];
  #transform: Transform = { x: 0, y: 0, scale: 1 };
  #pane: PictureSize = { width: 0, height: 0 };
  #stageWidth = 0;
  #canvases = new Map<number, HTMLCanvasElement>();
  #minimap: HTMLCanvasElement | null = null;
  #highlight: HighlightName = 'magenta';
  #touched = false;
  #frame = 0;
  #movedAt = -Infinity;
  #settle: ReturnType<typeof setTimeout> | undefined;
  #blink: ReturnType<typeof setInterval> | undefined;
  #pulse: { at: number; region: number | 'all' } | null = null;
  #jump: { from: Transform; to: Transform; at: number } | null = null;
  #pointer: { pane: number; at: Point } | null = null;
  #listeners = new Set<() => void>();
  #state: ViewerState = {
    view: 'side',
    panes: [],
    maskOn: false,
    region: null,
    zoomPercent: 100,
    fit: 'width',
    swipe: 0.5,
    onion: 0.5,
    blinking: false,
    blinkSide: 'before',
    isTall: false,
    scrollPercent: 0,
    readout: null,
    isBlank: true,
    failed: false,
  };

  constructor() {
    this.cache.onChange = () => this.invalidate();
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

  // --- what is shown -------------------------------------------------------------------------------------------

  /** Shows other pictures. Zoom and place stay when the person chose them and the size is the same. */
  show(pictures: ViewerPictures | null, start: { region?: number | null; at?: Transform | null } = {}): void {
    const previous = this.#pictures;
    const sameSize =
      previous !== null &&
      pictures !== null &&
      previous.canvas.width === pictures.canvas.width &&
      previous.canvas.height === pictures.canvas.height;
    this.#pictures = pictures;
    this.#jump = null;
    this.#pulse = null;
    this.#pointer = null;
    const keep = sameSize && this.#touched && start.at === undefined && start.region === undefined;
    this.#touched = keep || (start.at ?? null) !== null;
    this.#set({ region: start.region ?? null, readout: null, fit: keep ? this.#state.fit : 'width' });
    this.#layout();
    if (pictures !== null && !keep) this.#open(start);
    this.#setBlinking(this.#state.view === 'blink' && !prefersReducedMotion());
    this.invalidate();
  }

  /** Pictures that will probably be asked for next; decoded when nothing else is waiting. */
  prefetch(sources: readonly PictureSource[]): void {
    this.#prefetch = sources;
    this.invalidate();
  }

  setView(view: ViewName): void {
    if (this.#pictures === null || !possibleViews(this.#pictures).includes(view)) return;
    if (view === this.#state.view) return;
    this.#set({ view, blinkSide: 'before' });
    this.#layout();
    this.#setBlinking(view === 'blink' && !prefersReducedMotion());
    this.invalidate();
  }

  setMask(maskOn: boolean): void {
    this.#set({ maskOn });
    this.invalidate();
  }

  setSwipe(swipe: number): void {
    this.#set({ swipe: Math.min(1, Math.max(0, swipe)) });
    this.invalidate();
  }

  setOnion(onion: number): void {
    this.#set({ onion: Math.min(1, Math.max(0, onion)) });
    this.invalidate();
  }

  setBlinking(on: boolean): void {
    this.#setBlinking(on);
  }

  setHighlight(name: HighlightName): void {
    this.#highlight = name;
    this.invalidate();
  }

  /** Before → diff → after → before, as single pictures. */
  flip(): void {
    const order: ViewName[] = ['before', 'diff', 'after'];
    const possible = this.#pictures === null ? [] : possibleViews(this.#pictures);
    const cycle = order.filter((view) => possible.includes(view));
    if (cycle.length === 0) return;
    this.setView(cycle[(cycle.indexOf(this.#state.view) + 1) % cycle.length]!);
  }

  // --- zoom and place --------------------------------------------------------------------------------------------

  panBy(dx: number, dy: number): void {
    const { x, y, scale } = this.#transform;
    this.#move({ scale, x: x + dx / scale, y: y + dy / scale }, { fit: this.#state.fit });
  }

  /** Scrolls by a share of what is seen; used by Space and the page keys. */
  pageBy(pages: number): void {
    this.panBy(0, pages * this.#pane.height * 0.9);
  }

  scrollToEdge(edge: 'start' | 'end'): void {
    const { x, scale } = this.#transform;
    this.#move(
      { x, scale, y: edge === 'start' ? 0 : (this.#pictures?.canvas.height ?? 0) },
      { fit: this.#state.fit },
    );
  }

  /** Centres the pane on a row of the picture (0–1 of its height). */
  scrollToShare(share: number): void {
    const { x, scale } = this.#transform;
    const height = this.#pictures?.canvas.height ?? 0;
    this.#move({ x, scale, y: share * height - this.#pane.height / scale / 2 }, { fit: this.#state.fit });
  }

  /** @param at CSS pixels in a pane; the middle by default */
  zoomBy(factor: number, at: Point = { x: this.#pane.width / 2, y: this.#pane.height / 2 }): void {
    if (this.#pictures === null) return;
    this.#move(zoomAt(this.#transform, factor, at, this.#pictures.canvas, this.#pane), { fit: null });
  }

  fitWidth(): void {
    if (this.#pictures === null) return;
    const scale = scaleToFitWidth(this.#pictures.canvas, this.#pane);
    this.#animate({ ...zoomAround(this.#transform, scale, this.#pane), x: 0 }, 'width');
  }

  fitAll(): void {
    if (this.#pictures === null) return;
    this.#animate({ x: 0, y: 0, scale: scaleToFitAll(this.#pictures.canvas, this.#pane) }, 'all');
  }

  /** 100 % around a point, or back to fit width. */
  toggleActualSize(at: Point = { x: this.#pane.width / 2, y: this.#pane.height / 2 }): void {
    if (this.#pictures === null) return;
    if (Math.abs(this.#transform.scale - 1) < 0.001 && scaleToFitWidth(this.#pictures.canvas, this.#pane) < 1)
      return this.fitWidth();
    this.#animate(
      zoomAt(this.#transform, 1 / this.#transform.scale, at, this.#pictures.canvas, this.#pane),
      null,
    );
  }

  /** Brings a region to the centre and pulses its outline once. @returns its index, or null */
  goToRegion(index: number): number | null {
    const regions = this.#pictures?.regions ?? [];
    if (this.#pictures === null || regions.length === 0) return null;
    const wrapped = (index + regions.length) % regions.length;
    this.#set({ region: wrapped });
    this.#animate(
      regionTransform(regions[wrapped]!, this.#transform.scale, this.#pictures.canvas, this.#pane),
      null,
    );
    if (!prefersReducedMotion()) this.#pulse = { at: performance.now(), region: wrapped };
    this.invalidate();
    return wrapped;
  }

  stepRegion(step: 1 | -1): number | null {
    const { region } = this.#state;
    if (region === null) return this.goToRegion(step === 1 ? 0 : (this.#pictures?.regions.length ?? 0) - 1);
    return this.goToRegion(region + step);
  }

  /** Shows every region's outline for a moment, in every pane. */
  flashRegions(): void {
    this.#pulse = { at: performance.now(), region: 'all' };
    this.invalidate();
  }

  /** Where the pointer is, for the colour under it; null when it left. */
  pointAt(pane: number, at: Point | null): void {
    this.#pointer = at === null ? null : { pane, at };
    if (this.#transform.scale >= 8 || this.#state.readout !== null) this.invalidate();
  }

  // --- canvases ------------------------------------------------------------------------------------------------

  attachPane(index: number, canvas: HTMLCanvasElement | null): void {
    if (canvas === null) this.#canvases.delete(index);
    else this.#canvases.set(index, canvas);
    this.invalidate();
  }

  attachMinimap(canvas: HTMLCanvasElement | null): void {
    this.#minimap = canvas;
    this.invalidate();
  }

  /** The stage (all panes together) has a new width; CSS pixels. */
  resizeStage(width: number): void {
    if (width === this.#stageWidth) return;
    this.#stageWidth = width;
    this.#layout();
  }

  /** A pane has a new size; CSS pixels. */
  resizePane(width: number, height: number): void {
    if (width === this.#pane.width && height === this.#pane.height) return;
    const first = this.#pane.width === 0;
    const before = this.#pane;
    this.#pane = { width, height };
    if (this.#pictures === null) return;
    if (first || before.height === 0) this.#open({ region: this.#state.region, at: this.#pendingAt });
    else this.#refit();
    this.invalidate();
  }

  retry(): void {
    this.cache.retry();
    this.invalidate();
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#settle);
    clearInterval(this.#blink);
    this.cache.clear();
  }

  invalidate(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame((now) => {
      this.#frame = 0;
      this.#draw(now);
    });
  }

  // --- inside ----------------------------------------------------------------------------------------------------

  #pendingAt: Transform | null = null;

  #open(start: { region?: number | null; at?: Transform | null }): void {
    const pictures = this.#pictures!;
    this.#pendingAt = start.at ?? null;
    if (this.#pane.width === 0 || this.#pane.height === 0) return;
    this.#pendingAt = null;
    const region = pictures.regions[start.region ?? 0] ?? null;
    if (start.at !== undefined && start.at !== null) {
      this.#transform = clampTransform(start.at, pictures.canvas, this.#pane);
      this.#set({ fit: null });
    } else if (start.region !== undefined && start.region !== null && region !== null) {
      const { scale } = openingTransform(region, pictures.canvas, this.#pane);
      this.#transform = regionTransform(region, scale, pictures.canvas, this.#pane);
      this.#set({ fit: null });
    } else {
      this.#transform = openingTransform(region, pictures.canvas, this.#pane);
      this.#set({ fit: 'width' });
    }
  }

  /** After a change of size: what was fitted stays fitted, what was in the upper left stays there. */
  #refit(): void {
    const { canvas } = this.#pictures!;
    const scale =
      this.#state.fit === 'width'
        ? scaleToFitWidth(canvas, this.#pane)
        : this.#state.fit === 'all'
          ? scaleToFitAll(canvas, this.#pane)
          : this.#transform.scale;
    this.#transform = clampTransform({ ...this.#transform, scale }, canvas, this.#pane);
  }

  #layout(): void {
    const panes =
      this.#pictures === null ? [] : panesOf(this.#state.view, this.#stageWidth || 1280, this.#pictures);
    if (panes.join() !== this.#state.panes.join()) this.#set({ panes });
  }

  #move(to: Transform, options: { fit: ViewerState['fit'] }): void {
    if (this.#pictures === null) return;
    this.#jump = null;
    this.#touched = true;
    this.#transform = clampTransform(to, this.#pictures.canvas, this.#pane);
    this.#set({ fit: options.fit });
    this.#markMoving();
    this.invalidate();
  }

  #animate(to: Transform, fit: ViewerState['fit']): void {
    const target = clampTransform(to, this.#pictures!.canvas, this.#pane);
    this.#touched = fit !== 'width';
    this.#set({ fit });
    if (prefersReducedMotion()) {
      this.#transform = target;
      this.#jump = null;
    } else {
      this.#jump = { from: this.#transform, to: target, at: performance.now() };
    }
    this.invalidate();
  }

  #markMoving(): void {
    this.#movedAt = performance.now();
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => this.invalidate(), settleMs + 10);
  }

  #setBlinking(on: boolean): void {
    clearInterval(this.#blink);
    if (on) {
      this.#blink = setInterval(() => {
        this.#set({ blinkSide: this.#state.blinkSide === 'before' ? 'after' : 'before' });
        this.invalidate();
      }, blinkMs);
    }
    this.#set({ blinking: on });
  }

  #set(change: Partial<ViewerState>): void {
    const entries = Object.entries(change) as [keyof ViewerState, unknown][];
    if (entries.every(([key, value]) => Object.is(this.#state[key], value))) return;
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }

  #draw(now: number): void {
    const pictures = this.#pictures;
    if (pictures === null || this.#pane.width === 0) return;
    if (this.#jump !== null) {
      const part = Math.min(1, (now - this.#jump.at) / jumpMs);
      this.#transform = between(this.#jump.from, this.#jump.to, Math.max(0, part));
      if (part >= 1) this.#jump = null;
      else this.#markMoving();
      this.invalidate();
    }
    if (this.#pulse !== null) {
      if (now - this.#pulse.at > pulseMs) this.#pulse = null;
      this.invalidate();
    }
    const moving = now - this.#movedAt < settleMs;
    let blank = false;
    for (const [index, canvas] of this.#canvases) {
      const kind = this.#state.panes[index];
      const frame = this.#frameOf(canvas, moving);
      if (kind === undefined || frame === null) continue;
      const drawn = paintPane(frame, kind, {
        pictures,
        state: this.#state,
        pulse:
          this.#pulse === null
            ? null
            : { region: this.#pulse.region, part: Math.min(1, (now - this.#pulse.at) / pulseMs) },
      });
      blank ||= !drawn;
    }
    this.#want(pictures);
    this.#drawMinimap(pictures);
    this.#report(pictures, blank);
  }

  #frameOf(canvas: HTMLCanvasElement, moving: boolean): Frame | null {
    const pixelRatio = window.devicePixelRatio || 1;
    const width = Math.max(1, Math.round(canvas.clientWidth * pixelRatio));
    const height = Math.max(1, Math.round(canvas.clientHeight * pixelRatio));
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const context = canvas.getContext('2d');
    if (context === null) return null;
    return { context, width, height, pixelRatio, moving, transform: this.#transform, piece: this.#piece };
  }

  readonly #piece = (source: PictureSource, part: 'overview' | number): ImageBitmap | undefined =>
    this.cache.get(this.#keyOf(source, part));

  #keyOf(source: PictureSource, part: 'overview' | number): string {
    return `${source.key}|${part}|${source.kind === 'mask' ? this.#highlight : ''}`;
  }

  #want(pictures: ViewerPictures): void {
    const shown = [pictures.after, pictures.before, pictures.mask].filter((source) => source !== null);
    const requests: BitmapRequest[] = [];
    const later: BitmapRequest[] = [];
    for (const source of shown) {
      for (const part of neededPieces(source, this.#transform, this.#pane.height))
        requests.push(this.#request(source, part));
    }
    const kept = requests.length;
    for (const source of shown) {
      if (stripCount(source.size) === 1) continue;
      const { first, last } = visibleStrips(source.size, this.#transform, this.#pane.height);
      for (const index of [last + 1, first - 1]) {
        if (index >= 0 && index < stripCount(source.size)) later.push(this.#request(source, index));
      }
    }
    if (!blankOrLoading(requests, this.cache)) {
      for (const source of this.#prefetch)
        later.push(this.#request(source, stripCount(source.size) === 1 ? 0 : 'overview'));
    }
    this.cache.want([...requests, ...later], kept);
    const failed = requests.some((request) => this.cache.failure(request.key) !== undefined);
    this.#set({ failed });
  }

  #request(source: PictureSource, part: 'overview' | number): BitmapRequest {
    const size =
      part === 'overview'
        ? overviewSize(source.size)
        : { width: source.size.width, height: stripSpan(source.size, part).height };
    const colour = source.kind === 'mask' ? highlightColours[this.#highlight] : null;
    return {
      key: this.#keyOf(source, part),
      bytes: size.width * size.height * 4,
      load: async () => {
        const bitmap = await (part === 'overview' ? source.overview() : source.strip(part));
        return colour === null ? bitmap : tint(bitmap, colour);
      },
    };
  }

  #drawMinimap(pictures: ViewerPictures): void {
    const isTall = pictures.canvas.height * this.#transform.scale > this.#pane.height * 1.5;
    this.#set({ isTall });
    const canvas = this.#minimap;
    if (canvas === null || canvas.clientWidth === 0) return;
    const frame = this.#frameOf(canvas, false);
    if (frame !== null) paintMinimap(frame, pictures, this.#pane, highlightColours[this.#highlight]);
  }

  #report(pictures: ViewerPictures, isBlank: boolean): void {
    const { scale, y } = this.#transform;
    const percent = scale * 100;
    const hidden = pictures.canvas.height - this.#pane.height / scale;
    const readout =
      this.#pointer === null || scale < 8
        ? null
        : pixelColour(pictures, toPicture(this.#transform, this.#pointer.at), this.#piece);
    this.#set({
      zoomPercent: percent < 10 ? Math.round(percent * 10) / 10 : Math.round(percent),
      scrollPercent: hidden <= 0 ? 0 : Math.round((Math.max(0, y) / hidden) * 100),
      isBlank,
      ...(sameReadout(readout, this.#state.readout) ? {} : { readout }),
    });
  }
}

function blankOrLoading(requests: readonly BitmapRequest[], cache: BitmapCache): boolean {
  return requests.some((request) => !cache.has(request.key) && cache.failure(request.key) === undefined);
}

function sameReadout(a: PixelReadout | null, b: PixelReadout | null): boolean {
  return a === b || (a !== null && b !== null && JSON.stringify(a) === JSON.stringify(b));
}

function between(from: Transform, to: Transform, part: number): Transform {
  const eased = 1 - (1 - part) ** 3;
  const mix = (a: number, b: number) => a + (b - a) * eased;
  return { x: mix(from.x, to.x), y: mix(from.y, to.y), scale: mix(from.scale, to.scale) };
}

/** The scale changes, the picture point in the middle of the upper edge stays. */
function zoomAround(transform: Transform, scale: number, pane: PictureSize): Transform {
  const middle = transform.y + pane.height / transform.scale / 2;
  return { x: transform.x, y: middle - pane.height / scale / 2, scale };
}

export function prefersReducedMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
