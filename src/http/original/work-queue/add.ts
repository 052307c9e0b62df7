import type { FastifyInstance } from 'fastify';
import { addTask as operation } from '../../../contract/original/work-queue/add.ts';
import { addTask } from '../../../services/tasks/add-task.ts';
import type { HttpContext } from '../../deps.ts';
import { serve } from '../define.ts';

export function serveAddTask(app: FastifyInstance, { core }: HttpContext): void {
  serve(app, operation, async ({ parameters, principal, address }) => {
    const { taskId } = await addTask(core, principal, {
      queue: parameters.queue_name,
      payload: parameters.payload ?? '',
      contentType: parameters.content_type,
      source: parameters.source ?? address,
      taskId: parameters.task_id,
      label: parameters.label,
    });
    return { task_id: taskId };
  });
}
