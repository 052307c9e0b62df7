import { z } from 'zod';
import { endpointKinds, eventTypes, maxAddressLength, testType } from '../../domain/events/event.ts';
import { operation } from '../operation.ts';
import { buildId, flag, integer, listOf, name, oneOf, optional, parameters } from '../parameters.ts';
import { offset, pageSize } from './builds.ts';

/** Events that builds send to other programs, and what became of each. */

const eventStates = ['waiting', 'failed', 'sent'] as const;
const endpointId = integer('ID of the endpoint.');
const about = {
  address:
    'Where events are sent: of an own program, of an incoming webhook of Slack, or of a workflow of Teams.',
  types: 'Which events.',
  secret: 'What signs the events; only in this answer. Null: a chat has none.',
};
const types = listOf(about.types, z.string(), { type: 'string', enum: [...eventTypes] }, 'types of events');

export const eventEndpoint = z.object({
  id: z.int(),
  build_id: z.int(),
  kind: z.enum(endpointKinds),
  address: z.string().meta({ description: 'Without the parts that may grant access.' }),
  types: z.array(z.enum(eventTypes)).meta({ description: about.types }),
  enabled: z.boolean(),
  disabled_at: z.int().nullable(),
  problem: z
    .string()
    .nullable()
    .meta({ description: 'Why the server turned it off; null: it is on, or a person did.' }),
  old_secret_until: z
    .int()
    .nullable()
    .meta({ description: 'Until when the secret before the last rotation signs too.' }),
  created_at: z.int(),
  created_by: z.string(),
});

const eventDelivery = z.object({
  id: z.int(),
  endpoint_id: z.int(),
  address: z.string().meta({ description: 'Without the parts that may grant access.' }),
  event_id: z.string().meta({ description: 'The header webhook-id: the same in every attempt.' }),
  type: z.enum([...eventTypes, testType]),
  release: z
    .object({ name: z.string(), number: z.int() })
    .nullable()
    .meta({ description: 'Null: a test, or it was deleted.' }),
  state: z.enum(eventStates).meta({ description: 'failed: not tried again.' }),
  created_at: z.int(),
  attempts: z.int(),
  due_at: z.int().nullable().meta({ description: 'When it is tried next.' }),
  sent_at: z.int().nullable(),
  answer: z.int().nullable().meta({ description: 'Status of the last answer; null: there was none.' }),
  problem: z.string().nullable(),
});

export const listEventEndpoints = operation('listEventEndpoints', {
  summary: 'Where a build sends its events, without secrets.',
  description: '',
  parameters: parameters({ build_id: buildId }),
  answer: z.object({ endpoints: z.array(eventEndpoint) }),
});

export const createEventEndpoint = operation('createEventEndpoint', {
  summary: 'Lets a build send its events to an address: as Standard Webhooks, to Slack, or to Teams.',
  description: 'At most 10 of a build. The address must be allowed by the operator.',
  parameters: parameters({
    build_id: buildId,
    kind: oneOf('How.', endpointKinds),
    address: name(about.address, maxAddressLength),
    types: optional(types),
  }),
  answer: z.object({
    endpoint: eventEndpoint,
    secret: z.string().nullable().meta({ description: about.secret }),
  }),
});

export const updateEventEndpoint = operation('updateEventEndpoint', {
  summary: 'Changes an endpoint, or turns it on or off.',
  description: 'What is not given stays. What waits for an endpoint that is turned off is given up.',
  parameters: parameters({
    build_id: buildId,
    endpoint_id: endpointId,
    address: optional(name(about.address, maxAddressLength)),
    types: optional(types),
    enabled: optional(flag('Whether events are sent.')),
  }),
  answer: z.object({ endpoint: eventEndpoint }),
});

export const deleteEventEndpoint = operation('deleteEventEndpoint', {
  summary: 'Removes an endpoint and its list of events.',
  description: '',
  parameters: parameters({ build_id: buildId, endpoint_id: endpointId }),
  answer: z.object({ success: z.literal(true) }),
});

export const rotateEventSecret = operation('rotateEventSecret', {
  summary: 'Gives an endpoint another secret; for a day, events are signed with both.',
  description: 'The secret before the last one ends at once.',
  parameters: parameters({ build_id: buildId, endpoint_id: endpointId }),
  answer: z.object({
    endpoint: eventEndpoint,
    secret: z.string().nullable().meta({ description: about.secret }),
  }),
});

export const testEventEndpoint = operation('testEventEndpoint', {
  summary: 'Sends a test to an endpoint, once, and says what it answered.',
  description: 'Also where it is off. Takes up to 15 s.',
  parameters: parameters({ build_id: buildId, endpoint_id: endpointId }),
  answer: z.object({
    works: z.boolean(),
    answer: z.int().nullable().meta({ description: 'Status of the answer; null: there was none.' }),
    problem: z.string().nullable().meta({ description: 'One sentence; null: none.' }),
  }),
});

const state = optional(oneOf('Only those.', eventStates));

export const listEvents = operation('listEvents', {
  summary: 'The events of a build, one entry per event and endpoint, newest first.',
  description: '',
  parameters: parameters({ build_id: buildId, state, page_size: pageSize, offset }),
  answer: z.object({ events: z.array(eventDelivery) }),
});

export const listAllEvents = operation('listAllEvents', {
  summary: 'The events of all builds, newest first.',
  description: '',
  parameters: parameters({ state, page_size: pageSize, offset }),
  answer: z.object({ events: z.array(eventDelivery) }),
});

export const sendEventAgain = operation('sendEventAgain', {
  summary: 'Sends an event again, with the same id and content.',
  description: '409 while its endpoint is off.',
  parameters: parameters({ build_id: buildId, delivery_id: integer('ID of the entry.') }),
  answer: z.object({ success: z.literal(true) }),
});
