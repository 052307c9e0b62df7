import type { FastifyInstance } from 'fastify';
import * as contract from '../../contract/v1/queues.ts';
import { listQueues } from '../../services/tasks/list-queues.ts';
import { listTasks } from '../../services/tasks/list-tasks.ts';
import { deleteTask, retryTask } from '../../services/tasks/manage-task.ts';
import { serve } from '../original/define.ts';
import type { HttpContext } from '../deps.ts';
import { pageOf } from './page.ts';
import { queueView, taskView } from './views.ts';

export function serveQueues(app: FastifyInstance, { core }: HttpContext): void {
  serve(app, contract.listQueues, async ({ principal }) => {
    return { queues: (await listQueues(core, principal)).map(queueView) };
  });

  serve(app, contract.retryTask, async ({ parameters, principal }) => {
    const { queue_name: queue, task_id: taskId } = parameters;
    return { task: taskView(await retryTask(core, principal, { queue, taskId })) };
  });

  serve(app, contract.deleteTask, async ({ parameters, principal }) => {
    const { queue_name: queue, task_id: taskId } = parameters;
    await deleteTask(core, principal, { queue, taskId });
    return {};
  });

  serve(app, contract.listTasks, async ({ parameters, principal }) => {
    const tasks = await listTasks(core, principal, {
      queue: parameters.queue_name,
      status: parameters.status,
      ...pageOf(parameters),
    });
    return { tasks: tasks.map(taskView) };
  });
}
