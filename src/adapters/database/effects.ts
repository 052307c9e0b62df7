/** Callbacks to run after a transaction has committed. One that throws must not make the commit look like a failure. */
export function runEffects(effects: readonly (() => void)[]): void {
  for (const effect of effects) {
    try {
      effect();
    } catch {
      // Effects must not throw; there is no caller left to report to.
    }
  }
}
