import type { PageAgent } from './page-agent.ts';

interface QuietOptions {
  /** The document must not have changed for this long. */
  windowMs: number;
  /** Give up after this long. */
  capMs: number;
}

export interface QuietResult {
  quiet: boolean;
  /** What was still in progress when it gave up. */
  busy: string[];
}

export interface Quiet {
  quiet(options: QuietOptions): Promise<QuietResult>;
  busy(): string[];
}

export function installQuiet(agent: PageAgent): void {
  const { now: clock, sleep, pending } = agent.clock;
  let lastChange = clock();
  new MutationObserver(() => (lastChange = clock())).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ['class', 'src', 'srcset', 'href', 'hidden', 'open', 'd', 'points'],
  });

  agent.busy = () => {
    const found = pending();
    if (document.fonts.status === 'loading') found.push('fonts are loading');
    for (let i = 0; i < window.frames.length; i++) {
      try {
        found.push(...((window.frames[i] as unknown as { __dpxdt?: PageAgent }).__dpxdt?.busy() ?? []));
      } catch {
        // Another origin.
      }
    }
    return found;
  };

  agent.quiet = async ({ windowMs, capMs }) => {
    const start = clock();
    for (;;) {
      const now = clock();
      const reasons = agent.busy();
      const stillFor = now - lastChange;
      if (stillFor < windowMs) reasons.push('the document keeps changing');
      if (reasons.length === 0) break;
      if (now - start >= capMs) return { quiet: false, busy: [...new Set(reasons)] };
      await sleep(Math.max(4, Math.min(windowMs - stillFor, 25)));
    }
    return { quiet: true, busy: [] };
  };
}
