/** What is to happen once a transaction has committed. One that throws must not make what is saved look as if it was not. */
export function runEffects(effects: readonly (() => void)[]): void {
  for (const effect of effects) {
    try {
      effect();
    } catch {
      // Effects must not throw; nobody is left to tell.
    }
  }
}
