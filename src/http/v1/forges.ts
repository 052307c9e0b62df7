import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import * as contract from '../../contract/v1/forges.ts';
import { madeVisible } from '../../base/invisible-text.ts';
import type { CommentImages } from '../../domain/forges/connection.ts';
import type { Principal } from '../../domain/people/access.ts';
import { deliveryStateOf } from '../../domain/forges/connection.ts';
import { listConnections, listDeliveries } from '../../services/forges/list-connections.ts';
import type { ListDeliveriesInput, ListedConnection } from '../../services/forges/list-connections.ts';
import {
  createConnection,
  deleteConnection,
  retryDeliveries,
  updateConnection,
} from '../../services/forges/save-connection.ts';
import { testConnection } from '../../services/forges/test-connection.ts';
import { serve } from '../original/define.ts';
import type { HttpContext } from '../deps.ts';
import { pageOf } from './page.ts';

const success = { success: true } as const;

export function serveForges(app: FastifyInstance, { core, forges }: HttpContext): void {
  serve(app, contract.listForgeConnections, async ({ parameters, principal }) => {
    const connections = await listConnections(core, principal, { buildId: parameters.build_id });
    return { connections: connections.map(connectionView) };
  });

  serve(app, contract.createForgeConnection, async ({ parameters, principal }) => {
    const { build_id: buildId, kind, repository, token } = parameters;
    const input = { buildId, kind, ...settingsOf(parameters), repository, token };
    const connection = await createConnection(core, forges, principal, input);
    return { connection: connectionView({ connection, failed: 0, lastError: null }) };
  });

  serve(app, contract.updateForgeConnection, async ({ parameters, principal, sent }) => {
    const takesAppAway = sent['app_id'] === '' || sent['app_id'] === null;
    const connection = await updateConnection(core, forges, principal, {
      ...keyOf(parameters),
      ...settingsOf(parameters),
      ...(takesAppAway && { appId: null }),
    });
    return { connection: connectionView({ connection, failed: 0, lastError: null }) };
  });

  serve(app, contract.deleteForgeConnection, async ({ parameters, principal }) => {
    await deleteConnection(core, principal, keyOf(parameters));
    return success;
  });

  serve(app, contract.testForgeConnection, ({ parameters, principal }) =>
    testConnection(core, forges, principal, keyOf(parameters)),
  );

  serve(app, contract.retryDeliveries, async ({ parameters, principal }) => {
    await retryDeliveries(core, principal, keyOf(parameters));
    return success;
  });

  const list = async (principal: Principal, input: ListDeliveriesInput) => ({
    deliveries: (await listDeliveries(core, principal, input)).map(
      ({
        delivery,
        connection,
        release,
      }): z.output<typeof contract.listDeliveries.answer>['deliveries'][0] => ({
        id: delivery.id,
        connection_id: delivery.connectionId,
        kind: delivery.kind,
        repository: connection?.repository ?? '',
        target: delivery.target,
        release: release && { name: release.name, number: release.number },
        state: deliveryStateOf(delivery),
        sent: delivery.sentWord,
        sent_at: delivery.sentAt,
        attempts: delivery.attempts,
        due_at: delivery.dueAt,
        problem: delivery.lastError,
      }),
    ),
  });

  serve(app, contract.listDeliveries, ({ parameters, principal }) =>
    list(principal, {
      buildId: parameters.build_id,
      state: parameters.state,
      ...pageOf(parameters),
    }),
  );

  serve(app, contract.listAllDeliveries, ({ parameters, principal }) =>
    list(principal, { state: parameters.state, ...pageOf(parameters) }),
  );
}

function keyOf({
  build_id: buildId,
  connection_id: connectionId,
}: {
  build_id: number;
  connection_id: number;
}) {
  return { buildId, connectionId };
}

function settingsOf(parameters: {
  base_url?: string | undefined;
  repository?: string | undefined;
  app_id?: string | undefined;
  token?: string | undefined;
  context?: string | undefined;
  comments?: boolean | undefined;
  comment_images?: CommentImages | undefined;
  summary?: boolean | undefined;
  marks_good?: boolean | undefined;
}) {
  const { base_url: baseUrl, app_id: appId, marks_good: marksGood } = parameters;
  const { comment_images: commentImages } = parameters;
  const { repository, token, context, comments, summary } = parameters;
  return { baseUrl, repository, appId, token, context, comments, commentImages, summary, marksGood };
}

function connectionView({
  connection,
  failed,
  lastError,
}: ListedConnection): z.output<typeof contract.forgeConnection> {
  const problem = connection.problem ?? lastError;
  return {
    id: connection.id,
    build_id: connection.buildId,
    kind: connection.kind,
    base_url: connection.baseUrl,
    repository: connection.repository,
    app_id: connection.appId,
    context: connection.context,
    comments: connection.comments,
    comment_images: connection.commentImages,
    summary: connection.summary,
    marks_good: connection.marksGood,
    tested: connection.repositoryId !== null,
    stopped: connection.stoppedAt !== null,
    paused_until: connection.pausedUntil,
    failed,
    problem: problem === null ? null : madeVisible(problem),
    created_at: connection.createdAt,
    created_by: connection.createdBy,
  };
}
