import type { Fit } from './camera.ts';
import type { PixelReadout } from './readout.ts';
import type { PaneKind, ViewName } from './view-model.ts';

/** What the frame around the panes shows; a new object only when something in it changed. */
export interface ViewerState {
  /** Of the images that are shown; empty without any. */
  key: string;
  view: ViewName;
  panes: readonly PaneKind[];
  maskOn: boolean;
  /** Index of the current region, or null. */
  region: number | null;
  /** Whole percent; below 10 with one decimal. */
  zoomPercent: number;
  fit: Fit;
  /** Share of the pane left of the swipe line, 0–1. */
  swipe: number;
  /** Share of the after image, 0–1. */
  onion: number;
  blinking: boolean;
  blinkSide: 'before' | 'after';
  /** Whether the image is tall enough to need a map. */
  isTall: boolean;
  /** How far down the pane is, 0–100, whole. */
  scrollPercent: number;
  readout: PixelReadout | null;
  /** True while nothing of what is needed has arrived. */
  isBlank: boolean;
  /** True when all that is seen is there in full sharpness. */
  isSharp: boolean;
  failed: boolean;
}

const initialViewerState: ViewerState = {
  key: '',
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
  isSharp: false,
  failed: false,
};

/** The state and who listens to it. */
export class ViewerStore {
  readonly #listeners = new Set<() => void>();
  #state: ViewerState = initialViewerState;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly get = (): ViewerState => this.#state;

  set(change: Partial<ViewerState>): void {
    const keys = Object.keys(change) as (keyof ViewerState)[];
    if (keys.every((key) => Object.is(this.#state[key], change[key]))) return;
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
