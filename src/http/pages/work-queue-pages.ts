import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readParameters } from '../../contract/parameters.ts';
import { listTasks as tasksOperation } from '../../contract/v1/queues.ts';
import { listQueues } from '../../services/tasks/list-queues.ts';
import { listTasks } from '../../services/tasks/list-tasks.ts';
import { sentFields } from '../original/define.ts';
import { credentialsMissing } from '../access/credentials.ts';
import type { ApiRequest, HttpContext } from '../deps.ts';
import { pageOf } from '../v1/page.ts';
import { queueView, taskView } from '../v1/views.ts';
import { sendShell } from './web-files.ts';

/**
 * The original's two pages below /api: browsers get the UI, which uses the resource API with its own access rules; programs
 * get that API's answer, if they are superusers.
 */
export function serveWorkQueuePages(app: FastifyInstance, { core }: HttpContext, webFolder: string): void {
  const config = { access: 'read' } as const;
  app.get('/api/work_queue', { config }, async (request, reply) => {
    if (isBrowser(request)) return sendShell(reply, webFolder);
    requireCredentials(request);
    return json(reply, { queues: (await listQueues(core, request.principal)).map(queueView) });
  });
  app.get('/api/work_queue/:queue_name', { config }, async (request, reply) => {
    if (isBrowser(request)) return sendShell(reply, webFolder);
    requireCredentials(request);
    const sent = sentFields(tasksOperation, request as ApiRequest);
    const parameters = readParameters(tasksOperation.parameters, sent);
    const tasks = await listTasks(core, request.principal, {
      queue: parameters.queue_name,
      status: parameters.status,
      ...pageOf(parameters),
    });
    return json(reply, { tasks: tasks.map(taskView) });
  });
}

function isBrowser({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes('text/html') === true;
}

function requireCredentials({ principal }: FastifyRequest): void {
  if (principal.kind === 'anonymous') throw credentialsMissing();
}

function json(reply: FastifyReply, body: object): FastifyReply {
  return reply.headers({ 'cache-control': 'no-store', vary: 'Accept' }).send(body);
}
