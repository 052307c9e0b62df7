import { noLabel } from '../domain/tasks/labels.ts';
import { workerQueues } from '../domain/tasks/worker-absence.ts';
import type { LabelCounts } from '../ports/store/tasks.ts';
import type { Transaction } from '../ports/store.ts';
import type { Deps } from '../services/deps.ts';
import { prometheusContentType, Registry } from './prometheus.ts';

/** Maximum leases tracked for durations. */
const maxOpenLeases = 10_000;

/** Maximum labels shown by name. */
const maxShownLabels = 20;
/** Not a possible label. */
const otherLabels = '_other';

/** Operational metrics in Prometheus format. */
export interface Metrics {
  /** The metrics in exposition format, with current store values. */
  text(): Promise<{ contentType: string; body: string }>;
  request(route: string, method: string, status: number, seconds: number): void;
  leased(queue: string, taskId: string, leaseId: string | null): void;
  /** Records the end of an attempt; `result` is the queue's. */
  finished(queue: string, taskId: string, result: string): void;
  /** Records a result with its lease. */
  reported(leaseId: string): void;
  runReported(status: string, reason: string | null): void;
}

export function createMetrics(core: Deps, version: string): Metrics {
  const registry = new Registry();
  const readProcess = processGauges(registry, version);
  const seconds = registry.histogram({
    name: 'dpxdt_http_request_seconds',
    help: 'Time to answer a request.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  });
  const tasks = registry.counter({
    name: 'dpxdt_tasks_finished_total',
    help: 'Attempts at tasks by how they ended.',
  });
  const taskSeconds = registry.histogram({
    name: 'dpxdt_task_seconds',
    help: 'From the lease of a task to its result.',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 120],
  });
  const runs = registry.counter({
    name: 'dpxdt_run_reports_total',
    help: 'Reports that changed a run, by its status after it and the reason of a failure.',
  });
  const readStore = storeGauges(core, registry);

  const open = new Map<string, { queue: string; taskKey: string; at: number }>();
  const close = (leaseKey: string) => {
    const lease = open.get(leaseKey);
    if (lease === undefined) return;
    open.delete(leaseKey);
    taskSeconds.observe({ queue: lease.queue }, (core.clock.monotonicMs() - lease.at) / 1_000);
  };
  const leaseOfTask = new Map<string, string>();
  return {
    async text() {
      readProcess();
      await readStore();
      return { contentType: prometheusContentType, body: registry.text() };
    },
    request(route, method, status, elapsed) {
      seconds.observe({ route, method, status: String(status) }, elapsed);
    },
    leased(queue, taskId, leaseId) {
      if (leaseId === null) return;
      const taskKey = JSON.stringify([queue, taskId]);
      const label = knownQueue(queue);
      open.set(leaseId, { queue: label, taskKey, at: core.clock.monotonicMs() });
      leaseOfTask.set(taskKey, leaseId);
      dropOldest(open);
      dropOldest(leaseOfTask);
    },
    finished(queue, taskId, result) {
      tasks.add({ queue: knownQueue(queue), result });
      const taskKey = JSON.stringify([queue, taskId]);
      close(leaseOfTask.get(taskKey) ?? '');
      leaseOfTask.delete(taskKey);
    },
    reported: close,
    runReported(status, reason) {
      runs.add({ status, reason: reason ?? 'none' });
    },
  };
}

/** Custom queues share one label, to bound the number of time series. */
function knownQueue(queue: string): string {
  return ['capture', 'run-pdiff', 'thumbnail'].includes(queue) ? queue : 'other';
}

function dropOldest(map: Map<string, unknown>): void {
  if (map.size <= maxOpenLeases) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}

/** The labels with the most live tasks; the others share one, to bound the number of time series. */
function shownLabels(all: readonly LabelCounts[]): LabelCounts[] {
  const size = ({ label, waiting, delayed, leased }: LabelCounts) =>
    label === noLabel ? Infinity : waiting + delayed + leased;
  const sorted = all.toSorted((a, b) => size(b) - size(a));
  const others = sorted.slice(maxShownLabels).map((counts) => ({ ...counts, label: otherLabels }));
  return [...sorted.slice(0, maxShownLabels), ...others];
}

async function askedTimes(tx: Transaction): Promise<Map<string, number | null>> {
  const times = new Map<string, number | null>();
  for (const queue of workerQueues) times.set(queue, await tx.tasks.askedAt(queue, noLabel));
  return times;
}

/** What tells the servers apart; the names without `dpxdt_` are those of Prometheus's own clients. */
function processGauges(registry: Registry, version: string): () => void {
  const gauge = (name: string, help: string) => registry.gauge({ name, help });
  gauge('dpxdt_server_info', 'Always 1; the version of the server is a label.').set({ version }, 1);
  const started = gauge('process_start_time_seconds', 'When the server started, in seconds since 1970.');
  started.set({}, performance.timeOrigin / 1_000);
  const memory = gauge(
    'process_resident_memory_bytes',
    'Memory of the server, its built-in worker included.',
  );
  return () => memory.set({}, process.memoryUsage.rss());
}

/** Gauges of the store's contents, absent while the database is unreachable. */
function storeGauges(core: Deps, registry: Registry): () => Promise<void> {
  const gauge = (name: string, help: string) => registry.gauge({ name, help });
  const up = gauge(
    'dpxdt_database_up',
    '1 when the database answers, 0 when it does not, 0.5 when it cannot be written.',
  );
  const depth = gauge('dpxdt_queue_tasks', 'Tasks in a queue by state.');
  const age = gauge('dpxdt_queue_oldest_seconds', 'Age of the oldest waiting task.');
  const asked = gauge(
    'dpxdt_worker_asked_timestamp_seconds',
    'When a worker last polled the queue, also for each label of tasks in it, in seconds since 1970; 0 if never.',
  );
  const waiting = gauge('dpxdt_deliveries_waiting', 'Statuses and comments that forges have to be told.');
  const failed = gauge(
    'dpxdt_deliveries_failed',
    'Those that are not tried again until a person changes something.',
  );
  const unsent = gauge('dpxdt_deliveries_oldest_seconds', 'Age of the oldest that waits; 0: none waits.');
  const events = gauge('dpxdt_events_waiting', 'Events that endpoints have to be told.');
  const eventAge = gauge('dpxdt_events_oldest_seconds', 'Age of the oldest event that waits; 0: none waits.');
  const off = gauge('dpxdt_event_endpoints_off', 'Endpoints that the server turned off: they took nothing.');
  const artifacts = gauge('dpxdt_artifacts', 'Stored artifacts.');
  const bytes = gauge('dpxdt_artifact_bytes', 'Bytes of stored artifacts.');
  return async () => {
    const health = await core.store.health();
    up.set({}, health === 'ok' ? 1 : health === 'degraded' ? 0.5 : 0);
    for (const stale of [depth, age, asked, waiting, failed, unsent, events, eventAge, off, artifacts, bytes])
      stale.reset();
    if (health === 'unavailable') return;
    const now = core.clock.now();
    const { queues, totals, askedAt, deliveries, toldEvents } = await core.store.read(async (tx) => ({
      queues: await tx.tasks.queues(now),
      totals: await tx.artifacts.totals(),
      askedAt: await askedTimes(tx),
      deliveries: await tx.deliveries.totals(),
      toldEvents: await tx.eventDeliveries.totals(),
    }));
    for (const [queue, at] of askedAt) asked.set({ queue }, (at ?? 0) / 1_000);
    const oldest = new Map<string, { at: number; labels: Record<string, string> }>();
    for (const queue of queues) {
      const ofQueue = { queue: knownQueue(queue.queue) };
      depth.add({ ...ofQueue, state: 'error' }, queue.error);
      for (const counts of shownLabels(queue.labels)) {
        const labels = counts.label === noLabel ? ofQueue : { ...ofQueue, label: counts.label };
        for (const state of ['waiting', 'delayed', 'leased'] as const) {
          depth.add({ ...labels, state }, counts[state]);
        }
        if (counts.label !== noLabel && counts.label !== otherLabels)
          asked.set(labels, (counts.askedAt ?? 0) / 1_000);
        const key = JSON.stringify(labels);
        const at = Math.min(counts.oldestWaiting ?? Infinity, oldest.get(key)?.at ?? Infinity);
        if (at !== Infinity) oldest.set(key, { at, labels });
      }
    }
    for (const { at, labels } of oldest.values()) age.set(labels, Math.max(0, now - at) / 1_000);
    waiting.set({}, deliveries.waiting);
    failed.set({}, deliveries.failed);
    unsent.set({}, Math.max(0, now - (deliveries.oldestAt ?? now)) / 1_000);
    events.set({}, toldEvents.waiting);
    eventAge.set({}, Math.max(0, now - (toldEvents.oldestAt ?? now)) / 1_000);
    off.set({}, toldEvents.endpointsOff);
    artifacts.set({}, totals.count);
    bytes.set({}, totals.bytes);
  };
}
