import type { Region } from '../../domain/comparison/comparison.ts';
import type { Camera } from './camera.ts';
import { prefersReducedMotion, type Motion } from './motion.ts';
import type { ViewScene } from './scene.ts';
import type { ViewerStore } from './viewer-state.ts';

interface Shown {
  store: ViewerStore;
  camera: Camera;
  motion: Motion;
  scene: () => ViewScene | null;
  invalidate: () => void;
}

/** Goes from region to region, or from change to change if aligned, and from one moved part to the next. */
export class SceneSteps {
  readonly #shown: Shown;

  constructor(shown: Shown) {
    this.#shown = shown;
  }

  /** Centers a region, or a change if aligned, and pulses its outline once. @returns its index, or null without any */
  goToRegion(index: number): number | null {
    const { store, camera, motion } = this.#shown;
    const regions = this.#shown.scene()?.regions ?? [];
    if (regions.length === 0) return null;
    const wrapped = (index + regions.length) % regions.length;
    store.set({ region: wrapped, part: null });
    camera.goTo(regions[wrapped]!);
    if (!prefersReducedMotion()) motion.pulse(wrapped, performance.now());
    return wrapped;
  }

  stepRegion(step: 1 | -1): number | null {
    const { region } = this.#shown.store.get();
    if (region !== null) return this.goToRegion(region + step);
    return this.goToRegion(step === 1 ? 0 : (this.#shown.scene()?.regions.length ?? 0) - 1);
  }

  /** Centers a part that moved. @returns its index, or null if nothing moved or the images are not aligned */
  goToPart(index: number): number | null {
    const { store, camera, invalidate } = this.#shown;
    const parts = this.#shown.scene()?.layout?.parts ?? [];
    if (parts.length === 0) return null;
    const wrapped = (index + parts.length) % parts.length;
    store.set({ part: wrapped, region: null });
    camera.goTo({ ...parts[wrapped]!.after, changedPixels: 0 });
    invalidate();
    return wrapped;
  }

  stepPart(step: 1 | -1): number | null {
    const { part } = this.#shown.store.get();
    return this.goToPart(part === null ? (step === 1 ? 0 : -1) : part + step);
  }

  /** The region or moved part that was last gone to; null without one. */
  get chosen(): Region | null {
    const { region, part } = this.#shown.store.get();
    const scene = this.#shown.scene();
    const moved = part === null ? undefined : scene?.layout?.parts[part]?.after;
    const chosen = region === null ? undefined : scene?.regions[region];
    return chosen ?? (moved ? { ...moved, changedPixels: 0 } : null);
  }

  /** Lights a moved part on both sides; null: none. */
  light(part: number | null): void {
    this.#shown.store.set({ litPart: part });
    this.#shown.invalidate();
  }

  /** Shows every region's outline for a moment, in every pane. */
  flashRegions(): void {
    this.#shown.motion.pulse('all', performance.now());
    this.#shown.invalidate();
  }
}
