import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { madeVisible } from '../../base/invisible-text.ts';
import * as contract from '../../contract/v1/events.ts';
import { eventStateOf, eventTypes, type EventEndpoint } from '../../domain/events/event.ts';
import type { Principal } from '../../domain/people/access.ts';
import { listEndpoints, listEvents, sendAgain, testEndpoint } from '../../services/events/list-events.ts';
import {
  createEndpoint,
  deleteEndpoint,
  rotateSecret,
  shownAddressOf,
  updateEndpoint,
} from '../../services/events/save-endpoint.ts';
import { serve } from '../original/define.ts';
import type { HttpContext } from '../deps.ts';
import { pageOf } from './page.ts';

const success = { success: true } as const;

export function serveEvents(app: FastifyInstance, { core, eventCalls }: HttpContext): void {
  const view = (endpoint: EventEndpoint): z.output<typeof contract.eventEndpoint> => ({
    id: endpoint.id,
    build_id: endpoint.buildId,
    kind: endpoint.kind,
    address: shownAddressOf(core, endpoint),
    types: [...endpoint.types],
    enabled: endpoint.disabledAt === null,
    disabled_at: endpoint.disabledAt,
    problem: endpoint.problem === null ? null : madeVisible(endpoint.problem),
    old_secret_until: endpoint.oldSecretUntil,
    created_at: endpoint.createdAt,
    created_by: endpoint.createdBy,
  });

  serve(app, contract.listEventEndpoints, async ({ parameters, principal }) => {
    const endpoints = await listEndpoints(core, principal, { buildId: parameters.build_id });
    return { endpoints: endpoints.map(view) };
  });

  serve(app, contract.createEventEndpoint, async ({ parameters, principal }) => {
    const { build_id: buildId, kind, address, types = eventTypes } = parameters;
    const saved = await createEndpoint(core, eventCalls, principal, { buildId, kind, address, types });
    return { endpoint: view(saved.endpoint), secret: saved.secret };
  });

  serve(app, contract.updateEventEndpoint, async ({ parameters, principal }) => {
    const { address, types, enabled } = parameters;
    const input = { ...keyOf(parameters), address, types, enabled };
    return { endpoint: view(await updateEndpoint(core, eventCalls, principal, input)) };
  });

  serve(app, contract.deleteEventEndpoint, async ({ parameters, principal }) => {
    await deleteEndpoint(core, principal, keyOf(parameters));
    return success;
  });

  serve(app, contract.rotateEventSecret, async ({ parameters, principal }) => {
    const saved = await rotateSecret(core, principal, keyOf(parameters));
    return { endpoint: view(saved.endpoint), secret: saved.secret };
  });

  serve(app, contract.testEventEndpoint, ({ parameters, principal }) =>
    testEndpoint(core, eventCalls, principal, keyOf(parameters)),
  );

  const list = async (principal: Principal, input: Parameters<typeof listEvents>[2]) => ({
    events: (await listEvents(core, principal, input)).map(({ delivery, address, release }) => ({
      id: delivery.id,
      endpoint_id: delivery.endpointId,
      address,
      event_id: delivery.eventId,
      type: delivery.type,
      release: release && { name: release.name, number: release.number },
      state: eventStateOf(delivery),
      created_at: delivery.createdAt,
      attempts: delivery.attempts,
      due_at: delivery.dueAt,
      sent_at: delivery.sentAt,
      answer: delivery.answer,
      problem: delivery.problem === null ? null : madeVisible(delivery.problem),
    })),
  });

  serve(app, contract.listEvents, ({ parameters, principal }) =>
    list(principal, { buildId: parameters.build_id, state: parameters.state, ...pageOf(parameters) }),
  );

  serve(app, contract.listAllEvents, ({ parameters, principal }) =>
    list(principal, { state: parameters.state, ...pageOf(parameters) }),
  );

  serve(app, contract.sendEventAgain, async ({ parameters, principal }) => {
    const { build_id: buildId, delivery_id: deliveryId } = parameters;
    await sendAgain(core, principal, { buildId, deliveryId });
    return success;
  });
}

function keyOf({ build_id: buildId, endpoint_id: endpointId }: { build_id: number; endpoint_id: number }) {
  return { buildId, endpointId };
}
