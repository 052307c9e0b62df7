import type { Fit } from './camera.ts';
import type { PixelReadout } from './readout.ts';
import type { PaneKind, ViewName } from './view-model.ts';

/** The state that the UI around the panes displays; a new object only when it changes. */
export interface ViewerState {
  /** Available views of the current images; empty without any. */
  key: string;
  view: ViewName;
  panes: readonly PaneKind[];
  maskOn: boolean;
  /** Index of the current region, or change if aligned, or null. */
  region: number | null;
  /** Whether it is known what moved. */
  canAlign: boolean;
  /** Whether what moved is at the same place on both sides. */
  isAligned: boolean;
  /** Index of the moved part that was stepped to, and of the one under the pointer or focus. */
  part: number | null;
  litPart: number | null;
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
  /** Vertical scroll position in whole percent, 0–100. */
  scrollPercent: number;
  readout: PixelReadout | null;
  /** True until the first needed piece has loaded. */
  isBlank: boolean;
  /** True when everything visible is fully sharp. */
  isSharp: boolean;
  failed: boolean;
}

const initialViewerState: ViewerState = {
  key: '',
  view: 'side',
  panes: [],
  maskOn: false,
  region: null,
  canAlign: false,
  isAligned: false,
  part: null,
  litPart: null,
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

/** The state and its subscribers. */
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
