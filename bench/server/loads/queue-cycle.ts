import { form, formType, runClients, type Stats, type Target } from './clients.ts';

export interface QueueCycleInput {
  target: Target;
  queue: string;
  workers: number;
  /** Tasks to finish; they must already exist. */
  tasks: number;
}

export interface QueueCycleResult extends Stats {
  /** Leases of a task that another worker held at that moment. */
  doubleLeases: number;
}

/** Workers that lease a task, send one heartbeat, and finish it. A call is such a cycle of three requests. */
export async function queueCycle(input: QueueCycleInput): Promise<QueueCycleResult> {
  const { target, queue, workers, tasks } = input;
  const held = new Set<string>();
  let doubleLeases = 0;
  const base = `/api/work_queue/${queue}`;
  const stats = await runClients(
    target,
    { clients: workers, count: tasks },
    async (connection, _, worker) => {
      const owner = `worker-${worker}`;
      const post = (verb: string, fields: Record<string, string | number>) =>
        connection.request({
          method: 'POST',
          path: `${base}/${verb}`,
          contentType: formType,
          body: form(fields),
        });
      const leased = await post('lease', { owner });
      const task = (JSON.parse(leased.body.toString()) as { tasks?: { task_id: string; lease_id: string }[] })
        .tasks?.[0];
      if (task === undefined) return { status: leased.status === 200 ? 204 : leased.status, bytes: 0 };
      if (held.has(task.task_id)) doubleLeases++;
      held.add(task.task_id);
      const claim = { task_id: task.task_id, owner, lease_id: task.lease_id };
      const alive = await post('heartbeat', { ...claim, message: 'Working', index: 1 });
      const finished = await post('finish', claim);
      return alive.status === 200 ? finished : alive;
    },
  );
  return { ...stats, doubleLeases };
}
