import type { FastifyInstance } from 'fastify';
import type { ServerResponse } from 'node:http';
import { readParameters } from '../../contract/parameters.ts';
import { watchRelease as operation, type WireReleaseChanges } from '../../contract/v1/runs.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { ReleaseName } from '../../services/builds/find-build.ts';
import { listRuns } from '../../services/runs/list-runs.ts';
import { routePath, sentFields } from '../original/define.ts';
import type { ApiRequest, HttpContext } from '../deps.ts';
import { EventStreamPlaces } from '../limits/event-stream-places.ts';
import { livePrincipal } from './live-principal.ts';
import { releaseOf } from './page.ts';
import { countsView, viewsFor } from './views.ts';

/** Maximum buffered bytes for a slow reader, which is then disconnected and resumes with Last-Event-ID. */
const maxWaitingBytes = 4_194_304;

/** Live changes of a release as server-sent events. */
export function serveChanges(app: FastifyInstance, context: HttpContext): void {
  const places = new EventStreamPlaces(context.settings);
  app.get(
    routePath(operation),
    { config: { access: operation.access, longLived: true } },
    async (request, reply) => {
      const parameters = readParameters(operation.parameters, sentFields(operation, request as ApiRequest));
      const release = releaseOf(parameters);
      const since = lastEventId(request.headers['last-event-id']) ?? parameters.since_version;
      // Reserved before any await, so that concurrent requests cannot exceed the limit.
      const leave = places.take(request.principal, request.ip);
      reply.raw.once('finish', leave).once('close', leave);
      const first = await listRuns(context.core, request.principal, {
        ...release,
        sinceVersion: since ?? Number.MAX_SAFE_INTEGER,
      });
      reply.hijack();
      const out = reply.raw;
      out.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      watch(context, out, {
        principal: livePrincipal(context, request),
        release,
        releaseId: first.release.id,
        version: since ?? first.release.version,
        isBehind: since !== undefined && since < first.release.version,
      });
    },
  );
}

interface Watch {
  /** The current principal; null when the session has ended. */
  principal: () => Promise<Principal | null>;
  release: ReleaseName;
  releaseId: number;
  /** Version known to the reader. */
  version: number;
  isBehind: boolean;
}

function watch({ core, settings, stopping }: HttpContext, out: ServerResponse, watched: Watch): void {
  let { version } = watched;
  let actors = new Set<string>();
  let batch: NodeJS.Timeout | null = null;
  let isSending = false;
  let isWaiting = false;

  const end = () => {
    out.end();
  };
  const soon = () => {
    batch ??= setTimeout(() => void send(), settings.eventBatchMs);
  };
  const send = async () => {
    batch = null;
    if (isSending) {
      isWaiting = true;
      return;
    }
    isSending = true;
    const changedBy = [...actors];
    actors = new Set();
    try {
      const principal = await watched.principal();
      if (principal === null) return end();
      const list = await listRuns(core, principal, { ...watched.release, sinceVersion: version });
      if (out.destroyed || out.writableEnded) return;
      if (list.release.version === version) return;
      version = list.release.version;
      const show = viewsFor(principal, list.build);
      const data: WireReleaseChanges = {
        release: show.release(list.release),
        counts: countsView(list.counts),
        runs: show.columns(list.runs),
        change_sets: list.changeSets,
        environment_changes: list.environmentChanges,
        actors: show.actors(changedBy),
      };
      out.write(`id: ${version}\nevent: changes\ndata: ${JSON.stringify(data)}\n\n`);
      if (out.writableLength > maxWaitingBytes) out.destroy();
    } catch (error) {
      core.logger.warn('an event stream ended', {
        error: error instanceof Error ? error.message : String(error),
      });
      end();
    } finally {
      isSending = false;
      if (isWaiting) {
        isWaiting = false;
        soon();
      }
    }
  };

  const unsubscribe = core.feed.subscribe(watched.releaseId, (change) => {
    if (change.actor !== null) actors.add(change.actor);
    soon();
  });
  // For proxies; and a stream whose reader may no longer read ends with the next look.
  const tick = setInterval(() => {
    out.write(': still here\n\n');
    soon();
  }, settings.eventKeepAliveMs);
  out.once('close', () => {
    unsubscribe();
    clearInterval(tick);
    if (batch !== null) clearTimeout(batch);
    stopping.removeEventListener('abort', end);
  });
  if (stopping.aborted) {
    end();
    return;
  }
  stopping.addEventListener('abort', end);
  out.write(`retry: 2000\n: version ${version}\n\n`);
  if (watched.isBehind) void send();
  else soon();
}

function lastEventId(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
