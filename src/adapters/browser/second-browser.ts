import type { CaptureLog } from './capture-log.ts';
import { ConnectionClosedError } from './cdp-connection.ts';
import { BrowserUnfit } from './failures.ts';

interface SecondBrowserOptions<Lease> {
  lease: () => Promise<Lease>;
  log: CaptureLog;
  /** Whether no other try is wanted. */
  isOver: () => boolean;
}

/** One try, and a second one when the browser ended or is unfit, which this page may not have caused. */
export async function withSecondBrowser<Lease extends { release(broken?: boolean): Promise<void> }, T>(
  options: SecondBrowserOptions<Lease>,
  work: (lease: Lease, onBroken: () => void) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    let lease: Lease | undefined;
    let broken = false;
    try {
      lease = await options.lease();
      return await work(lease, () => (broken = true));
    } catch (error) {
      const isBrowsersFault = error instanceof ConnectionClosedError || error instanceof BrowserUnfit;
      if (!isBrowsersFault || attempt === 2 || options.isOver()) throw error;
      const what = error instanceof BrowserUnfit ? `does not work (${error.message})` : 'ended';
      options.log.add('note', `the browser ${what}; trying once more in a new one`);
    } finally {
      await lease?.release(broken);
    }
  }
}

/** Passes each sentence on once. */
export function eachOnce(onNotice: ((sentence: string) => void) | undefined): (sentence: string) => void {
  const noticed = new Set<string>();
  return (sentence) => {
    if (noticed.has(sentence)) return;
    noticed.add(sentence);
    onNotice?.(sentence);
  };
}
