import type { Transform } from './transform.ts';

/** Delay after the last move before a full-quality redraw. */
export const settleMs = 80;
const jumpMs = 160;
const pulseMs = 500;

/** Animations: a jump of the transform, a pulse of outlines. Times are animation frame times. */
export class Motion {
  #jump: { from: Transform; to: Transform; at: number } | null = null;
  #pulse: { at: number; region: number | 'all' } | null = null;

  jump(from: Transform, to: Transform, now: number): void {
    this.#jump = { from, to, at: now };
  }

  pulse(region: number | 'all', now: number): void {
    this.#pulse = { at: now, region };
  }

  stopJump(): void {
    this.#jump = null;
  }

  stop(): void {
    this.#jump = null;
    this.#pulse = null;
  }

  /** The transform of a running jump; null when there is none. The last step is the target itself. */
  stepJump(now: number): Transform | null {
    if (this.#jump === null) return null;
    const { from, to, at } = this.#jump;
    const part = Math.min(1, Math.max(0, (now - at) / jumpMs));
    if (part === 1) this.#jump = null;
    return part === 1 ? to : between(from, to, part);
  }

  /** A running pulse and its progress, 0–1; null when there is none. */
  stepPulse(now: number): { region: number | 'all'; part: number } | null {
    if (this.#pulse === null) return null;
    const part = Math.max(0, (now - this.#pulse.at) / pulseMs);
    const { region } = this.#pulse;
    if (part >= 1) this.#pulse = null;
    return { region, part: Math.min(1, part) };
  }

  get isJumping(): boolean {
    return this.#jump !== null;
  }
}

function between(from: Transform, to: Transform, part: number): Transform {
  const eased = 1 - (1 - part) ** 3;
  const mix = (a: number, b: number) => a + (b - a) * eased;
  return { x: mix(from.x, to.x), y: mix(from.y, to.y), scale: mix(from.scale, to.scale) };
}

/** Whether the user prefers reduced motion: jumps are instant, nothing pulses, blinking is off. */
export function prefersReducedMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
