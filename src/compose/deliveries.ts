import type { Forges } from '../ports/forges.ts';
import type { Deps } from '../services/deps.ts';
import { runDeliveries } from '../services/forges/run-deliveries.ts';

/** What is not answered by then is sent again after the next start. */
const stopMs = 5_000;

/** Tells forges what changes; once the server knows its address, which all of it links to. */
export function startDeliveries(core: Deps, forges: Forges): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const running = runDeliveries(core, forges, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      const ended = new AbortController();
      const patience = core.clock.sleep(stopMs, ended.signal).catch(() => undefined);
      await Promise.race([running, patience]);
      ended.abort();
    },
  };
}
