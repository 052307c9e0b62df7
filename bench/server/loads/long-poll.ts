import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../connection.ts';
import { form, formType, summarise, type Stats, type Target } from './clients.ts';

export interface LongPollInput {
  target: Target;
  queue: string;
  workers: number;
  /** How long nothing happens, so that the cost of waiting can be measured. */
  idleMs: number;
  /** Tasks added afterwards, one after another. */
  tasks: number;
  pauseMs: number;
}

/** Workers that wait for work. @returns times from sending a task until a worker has it */
export async function longPoll(
  input: LongPollInput,
): Promise<Pick<Stats, 'count' | 'p50' | 'p95' | 'p99' | 'max'>> {
  const { target, queue, workers, idleMs, tasks, pauseMs } = input;
  const sentAt = new Map<string, number>();
  const times: number[] = [];
  const connections = Array.from({ length: workers }, () => new Connection(target.url, target.key));
  const post = (connection: Connection, verb: string, fields: Record<string, string | number>) =>
    connection.request({
      method: 'POST',
      path: `/api/work_queue/${queue}/${verb}`,
      contentType: formType,
      body: form(fields),
    });
  let isOver = false;
  const working = connections.map(async (connection, worker) => {
    const owner = `worker-${worker}`;
    while (!isOver) {
      const answer = await post(connection, 'lease', { owner, wait_seconds: 60 });
      const [task] = (
        JSON.parse(answer.body.toString()) as { tasks: { task_id: string; lease_id: string }[] }
      ).tasks;
      if (task === undefined) continue;
      times.push(performance.now() - sentAt.get(task.task_id)!);
      await post(connection, 'finish', { owner, task_id: task.task_id, lease_id: task.lease_id });
    }
  });
  const ended = Promise.allSettled(working);
  await sleep(idleMs);
  const adder = new Connection(target.url, target.key);
  for (let task = 0; task < tasks; task++) {
    const taskId = `${queue}-${task}`;
    sentAt.set(taskId, performance.now());
    await post(adder, 'add', { task_id: taskId, payload: '{}' });
    await sleep(pauseMs);
  }
  for (let waited = 0; times.length < tasks && waited < 5_000; waited += 50) await sleep(50);
  isOver = true;
  adder.close();
  for (const connection of connections) connection.close();
  await ended;
  return summarise(times);
}
