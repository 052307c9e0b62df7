/** What must be true of a server that died under mixed load and was restarted. */

import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { DepictedClient } from '../../src/client/index.ts';
import { buildId, queues, workOnce } from './mixed-load.ts';
import type { Acknowledged, LoadOptions } from './mixed-load.ts';

/** Everything that was acknowledged exists, as it was acknowledged. */
export async function expectKept(client: DepictedClient, acknowledged: Acknowledged): Promise<void> {
  for (const sha1sum of acknowledged.uploads) {
    const bytes = await (await client.download({ buildId, sha1sum })).bytes();
    expect(createHash('sha1').update(bytes).digest('hex')).toBe(sha1sum);
  }
  for (const [runName, { image, ...place }] of acknowledged.reported) {
    const { run } = await client.runDetail({ ...place, runName });
    expect(run.current.image, runName).toBe(image);
  }
  for (const [runName, place] of acknowledged.requested) {
    const { run } = await client.runDetail({ ...place, runName });
    expect(run.current.url, runName).toBe(`http://shop.test/${runName}`);
  }
  for (const place of acknowledged.releases) await client.listRuns(place);
  for (const place of acknowledged.runsDone) {
    const { release } = await client.listRuns(place);
    expect(release.status, place.releaseName).not.toBe('receiving');
  }
  for (const { decision, ...place } of acknowledged.decided) {
    const { release } = await client.listRuns(place);
    expect(release.status, place.releaseName).toBe(decision);
  }
  const done = new Set<string>();
  for (let offset = 0; ; offset += 100) {
    const { tasks } = await client.listTasks({ queueName: 'capture', status: 'done', pageSize: 100, offset });
    for (const { id } of tasks) done.add(id);
    if (tasks.length < 100) break;
  }
  expect([...acknowledged.finished].filter((taskId) => !done.has(taskId))).toEqual([]);
}

/** Workers process the remaining tasks; afterwards every release is ready for review or decided. */
export async function expectAllSettle(options: LoadOptions): Promise<void> {
  const { client, acknowledged } = options;
  for (const place of acknowledged.releases) {
    const { release } = await client.listRuns(place);
    if (release.status === 'receiving') await client.runsDone(place);
  }
  const open = new Set(acknowledged.releases);
  while (open.size > 0) {
    for (const queueName of queues) {
      // A lease that expires on a busy machine only means that the task comes again.
      while ((await workOnce(options, queueName).catch(() => 1)) > 0);
    }
    for (const place of open) {
      const { release } = await client.listRuns(place);
      if (!['receiving', 'processing'].includes(release.status)) open.delete(place);
    }
  }
}
