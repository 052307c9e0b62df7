/** How long each stage of a capture took. */
export class StageTimes {
  readonly #onStage: ((stage: string) => void) | undefined;
  readonly #stages: { name: string; startedAt: number }[] = [];

  constructor(onStage: ((stage: string) => void) | undefined) {
    this.#onStage = onStage;
  }

  readonly enter = (name: string): void => {
    this.#stages.push({ name, startedAt: performance.now() });
    this.#onStage?.(name);
  };

  /** In order, up to now. */
  ended(): { name: string; durationMs: number }[] {
    const now = performance.now();
    return this.#stages.map(({ name, startedAt }, index) => ({
      name,
      durationMs: Math.round(((this.#stages[index + 1]?.startedAt ?? now) - startedAt) * 10) / 10,
    }));
  }
}
