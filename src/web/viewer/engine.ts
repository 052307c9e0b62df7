/**
 * The viewer without its UI: draws all panes at most once per animation frame. React never sees a pan or a zoom step;
 * it subscribes only to the state it displays.
 */

import { keepAligned, startsAligned } from './aligned-setting.ts';
import { defaultCacheBytes } from './bitmap-cache.ts';
import { Camera, type CameraStart } from './camera.ts';
import { paintMap, paintPanes } from './frame-paint.ts';
import { Motion, prefersReducedMotion } from './motion.ts';
import type { Drawn } from './paint-image.ts';
import { PieceDemand } from './piece-demand.ts';
import { partUnder, type Pointer } from './pointer.ts';
import { pixelColour, sameReadout, showsReadout } from './readout.ts';
import { Surface } from './surface.ts';
import { opensAligned, rowIn, sceneOf, type ViewScene } from './scene.ts';
import { SceneSteps } from './scene-steps.ts';
import type { HighlightName } from './tint.ts';
import { toImage, type Point } from './transform.ts';
import { nextSingleView, panesOf, possibleViews, type ViewerImages, type ViewName } from './view-model.ts';
import { ViewerStore } from './viewer-state.ts';

/** One step of the zoom keys. */
const zoomFactor = 1.25;
/** Half a period: 1 Hz, well below three flashes a second. */
const blinkMs = 500;

/** How to open images. */
export interface ViewerStart extends CameraStart {
  /** The requested view, for these and later images; if impossible, the nearest is shown. */
  view?: ViewName;
  /** Whether moved parts are aligned, for these images; without it, as the user last chose. */
  aligned?: boolean;
}

export class ViewerEngine {
  /** Zoom and pan. */
  readonly camera: Camera;
  /** Through regions, changes and moved parts. */
  readonly steps: SceneSteps;
  readonly #store = new ViewerStore();
  readonly #demand = new PieceDemand(defaultCacheBytes());
  readonly #motion = new Motion();
  readonly #surface = new Surface();
  #images: ViewerImages | null = null;
  #next: readonly ViewerImages[] = [];
  #stageWidth = 0;
  #frame = 0;
  #blink: ReturnType<typeof setInterval> | undefined;
  #pointer: Pointer | null = null;
  #maskOpacity = 1;
  readonly #frameListeners = new Set<() => void>();

  constructor() {
    this.camera = new Camera(this.#motion, () => {
      this.#store.set({ fit: this.camera.fit });
      this.invalidate();
    });
    this.steps = new SceneSteps({
      store: this.#store,
      camera: this.camera,
      motion: this.#motion,
      scene: () => this.scene,
      invalidate: () => this.invalidate(),
    });
    this.#demand.cache.onChange = () => this.invalidate();
  }

  readonly subscribe = this.#store.subscribe;
  readonly state = this.#store.get;

  get images(): ViewerImages | null {
    return this.#images;
  }

  /** The open images as they are laid out; null without any. */
  get scene(): ViewScene | null {
    return this.#images === null ? null : sceneOf(this.#images, this.#store.get().isAligned);
  }

  /** Bytes of decoded pixels currently held. */
  get cacheBytes(): number {
    return this.#demand.cache.bytes;
  }

  // --- what is shown -------------------------------------------------------------------------------------------

  show(images: ViewerImages | null, start: ViewerStart = {}): void {
    this.#images = images;
    this.#next = [];
    this.#motion.stop();
    this.#pointer = null;
    const canAlign = images !== null && images.aligned !== null;
    const isAligned = canAlign && (start.aligned ?? startsAligned(images));
    this.camera.open(images === null ? null : sceneOf(images, isAligned), start);
    this.#store.set({
      key: images?.key ?? '',
      canAlign,
      isAligned,
      part: null,
      litPart: null,
      region: start.region ?? null,
      readout: null,
      isBlank: images !== null,
      isSharp: false,
      fit: this.camera.fit,
      ...(start.view !== undefined && { view: start.view }),
    });
    this.#layout();
    this.setBlinking(this.#store.get().view === 'blink' && !prefersReducedMotion());
    if (images === null) this.#demand.nothing();
    this.invalidate();
  }

  /** Images likely to be opened next, likeliest first; loaded once everything visible is loaded. */
  prefetch(next: readonly ViewerImages[]): void {
    this.#next = next;
    this.invalidate();
  }

  setView(view: ViewName): void {
    if (this.#images === null || !possibleViews(this.#images).includes(view)) return;
    if (view === this.#store.get().view) return;
    this.#store.set({ view, blinkSide: 'before' });
    this.#layout();
    this.setBlinking(view === 'blink' && !prefersReducedMotion());
    this.invalidate();
  }

  setMask(maskOn: boolean): void {
    this.#store.set({ maskOn });
    this.invalidate();
  }

  /** Moved parts at the same place on both sides, or the images as they are; the rows in the middle stay there. */
  setAligned(isAligned: boolean): void {
    const images = this.#images;
    const { canAlign, isAligned: wasAligned } = this.#store.get();
    if (images === null || !canAlign || isAligned === wasAligned) return;
    if (opensAligned(images)) keepAligned(isAligned);
    const from = sceneOf(images, wasAligned);
    const to = sceneOf(images, isAligned);
    this.camera.relay(to, (row) => rowIn(from, to, row));
    this.#store.set({ isAligned, region: null, part: null, litPart: null });
    this.invalidate();
  }

  /** @param swipe share of the pane that shows the before image, 0–1 */
  setSwipe(swipe: number): void {
    this.#store.set({ swipe: Math.min(1, Math.max(0, swipe)) });
    this.invalidate();
  }

  /** @param onion opacity of the after image, 0–1 */
  setOnion(onion: number): void {
    this.#store.set({ onion: Math.min(1, Math.max(0, onion)) });
    this.invalidate();
  }

  setBlinking(blinking: boolean): void {
    clearInterval(this.#blink);
    if (blinking) this.#blink = setInterval(() => this.#blinkOnce(), blinkMs);
    this.#store.set({ blinking });
  }

  /** @param opacity of changed pixels, 0–1 of what the view gives them */
  setHighlight(name: HighlightName, opacity: number): void {
    this.#demand.highlight = name;
    this.#maskOpacity = opacity;
    this.invalidate();
  }

  /** Before → diff → after → before, as single images. */
  flip(): void {
    const next = this.#images === null ? null : nextSingleView(this.#images, this.#store.get().view);
    if (next !== null) this.setView(next);
  }

  // --- zoom and pointer ----------------------------------------------------------------------------------------

  /** Zooms in or out by one step; the chosen region or moved part stays in view. */
  zoomStep(direction: 1 | -1): void {
    this.camera.zoomStep(zoomFactor ** direction, this.steps.chosen);
  }

  /** The pointer's position in a pane (CSS pixels), for the color and the moved part under it; null when it has left. */
  pointAt(at: Point | null, pane = 0): void {
    this.#pointer = at === null ? null : { at, pane };
    const state = this.#store.get();
    const { transform } = this.camera;
    const part = partUnder(this.#pointer, this.scene, state, transform);
    if (part !== state.litPart) this.steps.light(part);
    if (showsReadout(transform) || state.readout !== null) this.invalidate();
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

  /** Calls the listener, for what is not on a canvas, after each drawing of the panes. @returns ends that */
  onFrame(listener: () => void): () => void {
    this.#frameListeners.add(listener);
    this.invalidate();
    return () => this.#frameListeners.delete(listener);
  }

  /** The stage (all panes together) has a new width; CSS pixels. */
  resizeStage(width: number): void {
    if (width === this.#stageWidth) return;
    this.#stageWidth = width;
    this.#layout();
  }

  /** Retries failed loads. */
  retry(): void {
    this.#demand.cache.retry();
    this.invalidate();
  }

  /** Closes every bitmap and stops every timer; images shown later are reloaded. */
  close(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    clearInterval(this.#blink);
    this.camera.close();
    this.#demand.nothing();
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

  #blinkOnce(): void {
    this.#store.set({ blinkSide: this.#store.get().blinkSide === 'before' ? 'after' : 'before' });
    this.invalidate();
  }

  #layout(): void {
    const { view, panes: shown } = this.#store.get();
    const panes = this.#images === null ? [] : panesOf(view, this.#stageWidth || 1280, this.#images);
    if (panes.join() !== shown.join()) this.#store.set({ panes });
  }

  #draw(now: number): void {
    const images = this.#images;
    if (images === null || !this.camera.hasPane) return;
    this.camera.step(now);
    const pulse = this.#motion.stepPulse(now);
    if (pulse !== null || this.#motion.isJumping) this.invalidate();
    const state = this.#store.get();
    const scene = sceneOf(images, state.isAligned);
    const { transform, pane } = this.camera;
    const view = { transform, isMoving: this.camera.isMoving(now), piece: this.#demand.piece };
    const { highlightColour } = this.#demand;
    const shown = { images, scene, state, pulse, maskOpacity: this.#maskOpacity, highlightColour };
    const drawn = paintPanes(this.#surface, view, shown);
    const next = this.#next.map((each) => {
      const later = sceneOf(each, startsAligned(each));
      return { images: each, scene: later, transform: this.camera.openingOf(later) };
    });
    const failed = this.#demand.want({ images, scene, transform }, next, pane.height);
    this.#store.set({ isTall: this.camera.isTall(this.#surface.mapWidth, state.panes.length) });
    paintMap(this.#surface, view, shown, pane);
    for (const listener of this.#frameListeners) listener();
    this.#report(images, scene, drawn, failed);
  }

  #report(images: ViewerImages, scene: ViewScene, drawn: Drawn, failed: boolean): void {
    const { transform } = this.camera;
    const percent = transform.scale * 100;
    const readout =
      this.#pointer === null || !showsReadout(transform)
        ? null
        : pixelColour(images, scene, toImage(transform, this.#pointer.at), this.#demand.piece);
    this.#store.set({
      zoomPercent: percent < 10 ? Math.round(percent * 10) / 10 : Math.round(percent),
      scrollPercent: this.camera.scrollPercent,
      isBlank: drawn === 'blank' && !failed,
      isSharp: drawn === 'sharp',
      failed,
      ...(sameReadout(readout, this.#store.get().readout) ? {} : { readout }),
    });
  }
}
