import type { CdpSession } from './cdp-connection.ts';
import { within } from './within.ts';

/** A frame that hangs is not asked for longer. */
const longestAskingMs = 1_000;

/**
 * Processor time in milliseconds that the processes of a page have used, with its workers and its frames of other origins;
 * undefined when one does not say.
 */
export async function processorMsOf(sessions: Iterable<CdpSession>): Promise<number | undefined> {
  const asking = Promise.all(
    [...new Set(sessions)].map(async (session) => {
      await session.send('Performance.enable');
      const { metrics } = await session.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'ProcessTime')!.value * 1_000;
    }),
  );
  try {
    const used = await within(longestAskingMs, asking, () => new Error('a frame hangs'));
    return used.reduce((sum, one) => sum + one, 0);
  } catch {
    return undefined;
  }
}
