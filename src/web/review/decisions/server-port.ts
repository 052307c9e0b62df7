import type { ReleaseKey } from '../address/addresses.ts';
import { api } from '../api/api.ts';
import type { DecisionsPort } from './port.ts';

/** Decisions over the resource API. They are finished even if the page is left meanwhile. */
export function serverPort(key: ReleaseKey): DecisionsPort {
  return {
    judgeRuns: ({ operationId, runs, note }) =>
      api.reviewRuns(
        { ...key, operationId, runs: [...runs], note },
        { ...once, keepalive: runs.length <= maxKeepaliveRuns },
      ),
    decideRelease: ({ operationId, decision, version, exceptRejected }) =>
      api.reviewRelease(
        { ...key, operationId, decision, version, exceptRejected },
        { ...once, keepalive: true },
      ),
  };
}

/** They are sent again from the outbox, which outlives the page. */
const once = { maxAttempts: 1 };

/** Browsers let 64 KiB be sent after a page is left; one run takes less than 90 bytes. */
const maxKeepaliveRuns = 500;
