import type { DepictedClient } from '../client/index.ts';
import { AppError } from '../base/errors.ts';
import type { RunFailure } from '../domain/runs/run.ts';
import type { LeasedTask, TaskServer } from './task-server.ts';

/** Longest failure message that the API accepts. */
const maxMessageLength = 4_000;
/** The server aborts a large download when it finds the artifact damaged; a network may do so by chance. */
const maxDownloads = 3;

/**
 * The server as a worker's client sees it.
 *
 * @param client one that does not retry: the worker does, for as long as it holds a lease
 */
export function httpTaskServer(client: DepictedClient): TaskServer {
  return {
    async lease({ queue, owner, count, leaseMs, waitMs, labels, onlyLabeled }, signal) {
      const answer = await client.leaseTasks(
        {
          queueName: queue,
          owner,
          count,
          timeout: Math.max(1, Math.round(leaseMs / 1_000)),
          waitSeconds: Math.ceil(waitMs / 1_000),
          ...(labels.length > 0 && { labels: [...labels], onlyLabeled }),
        },
        { signal },
      );
      return answer.tasks.map((task) => ({
        queue: task.queueName,
        id: task.taskId,
        leaseId: task.leaseId ?? '',
        attempts: task.leaseAttempts,
        payload: task.payload,
        config: task.configSha1sum ?? null,
        doms:
          task.refDomSha1sum === undefined || task.runDomSha1sum === undefined
            ? null
            : { before: task.refDomSha1sum, after: task.runDomSha1sum },
        withPixels: task.withPixels ?? false,
        shots: task.shots ?? [],
        secrets: Object.fromEntries(
          (task.secrets ?? []).map(({ name, value, origins }) => [name, { value, origins }]),
        ),
        isFromFork: task.secretsRefused === 'fork',
        traceparent: task.traceparent ?? null,
      }));
    },
    async heartbeat(task, { message, index }, signal) {
      await client.heartbeat({ ...leaseOf(task), message, index }, { signal });
    },
    async finish(task, failure, signal) {
      const outcome = failure === null ? {} : { error: cut(failure).message, failure: cut(failure) };
      await client.finishTask({ ...leaseOf(task), ...outcome }, { signal });
    },
    async giveBack(task, delayMs, signal) {
      await client.releaseTask({ ...leaseOf(task), delay: Math.round(delayMs / 1_000) }, { signal });
    },
    async upload(buildId, { name, bytes }, signal) {
      const content = new Uint8Array(bytes);
      const { sha1sum } = await client.upload({ buildId, fileName: name, content }, { signal });
      return sha1sum;
    },
    async download(buildId, sha1sum, signal) {
      for (let attempt = 1; attempt <= maxDownloads; attempt++) {
        const download = await client.download({ buildId, sha1sum }, { signal });
        const bytes = await download.bytes().catch(() => null);
        if (bytes !== null) return bytes;
        signal.throwIfAborted();
      }
      throw new AppError(
        'artifact_corrupt',
        `The artifact ${sha1sum} could not be read completely: its download was cut short ${maxDownloads} times.`,
      );
    },
    async report(run, { failure, ...result }, leaseId, signal) {
      await client.reportRun(
        { ...run, ...result, leaseId, ...(failure !== undefined && { failure: cut(failure) }) },
        { signal },
      );
    },
  };
}

function leaseOf({ queue, id, leaseId }: LeasedTask) {
  return { queueName: queue, taskId: id, leaseId };
}

function cut(failure: RunFailure): RunFailure {
  const { reason, message, httpStatus, image } = failure;
  return {
    reason,
    message: message.slice(0, maxMessageLength),
    ...(httpStatus !== undefined && { httpStatus }),
    ...(image !== undefined && { image }),
  };
}
