import type { ReleaseKey } from '../address/addresses.ts';
import { api } from '../api/api.ts';
import type { DecisionsPort } from './port.ts';

/** Decisions over the resource API. Requests complete even if the page is closed. */
export function serverPort(key: ReleaseKey): DecisionsPort {
  return {
    judgeRuns: ({ operationId, runs, note }) =>
      api.reviewRuns(
        { ...key, operationId, runs: [...runs], note },
        { ...once, keepalive: runs.length <= maxKeepaliveRuns },
      ),
    undo: async ({ operationId, sinceVersion }) => {
      const { undone, kept } = await api.undoDecision(
        { buildId: key.buildId, operationId },
        { ...once, keepalive: true },
      );
      const changes = await api.listRuns({ ...key, sinceVersion }, once);
      return { undone, keptRunIds: kept.map(({ runId }) => runId), changes };
    },
    judgePages: ({ names, verdict, seen }) =>
      api.reviewMissing(
        { ...key, names: [...names], verdict, seen },
        { ...once, keepalive: names.length <= maxKeepalivePages },
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

/** Browsers send at most 64 KiB after a page is closed; one run needs less than 90 bytes, a name less than 1,024. */
const maxKeepaliveRuns = 500;
const maxKeepalivePages = 50;
