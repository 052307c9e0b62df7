import { z } from 'zod';
import {
  commentImageKinds,
  deliveryKinds,
  deliveryStates,
  maxContextLength,
} from '../../domain/forges/connection.ts';
import { forgeKinds } from '../../domain/forges/forge-kinds.ts';
import { operation } from '../operation.ts';
import { buildId, flag, integer, name, oneOf, optional, parameters, secret } from '../parameters.ts';
import { offset, pageSize } from './builds.ts';

/** Connections of builds with forges, and what is delivered through them. */

const maxTokenLength = 8_192;

const connectionId = integer('ID of the connection.');
const about = {
  baseUrl: 'Address of the forge as people visit it; by default that of the public service.',
  repository:
    'The repository as the forge names it: owner/name, for GitLab group/project or its number, for Azure DevOps organization/project/repository.',
  appId: "GitHub: the App's id or client id; the token is then its private key.",
  token: 'What authorizes calls; it is stored encrypted and in no answer.',
  context:
    'Name of the status. It stays when the build is renamed. Default: dpxdt/ and the name of the build.',
  comments: 'Whether pull requests get a comment. Default: true.',
  commentImages:
    'What the comment shows: none, or signed, small images of up to 5 pages that differ. Anyone who has the link of one can open it for 30 days from the creation of the release. Default: none.',
  summary:
    'Whether the commit also gets one status, dpxdt, for all builds of the repository. Default: false.',
  marksGood:
    'Whether the server marks a release good once nothing in it is left to decide, also where clients send no history. Default: true.',
};

export const forgeConnection = z.object({
  id: z.int(),
  build_id: z.int(),
  kind: z.enum(forgeKinds),
  base_url: z.string().meta({ description: about.baseUrl }),
  repository: z.string().meta({ description: about.repository }),
  app_id: z.string().nullable().meta({ description: about.appId }),
  context: z.string().meta({ description: about.context }),
  comments: z.boolean().meta({ description: about.comments }),
  comment_images: z.enum(commentImageKinds).meta({ description: about.commentImages }),
  summary: z.boolean().meta({ description: about.summary }),
  marks_good: z.boolean().meta({ description: about.marksGood }),
  tested: z.boolean().meta({ description: 'The repository was read since the connection names it.' }),
  stopped: z.boolean().meta({ description: 'The forge refuses the token, so nothing is sent.' }),
  paused_until: z.int().nullable().meta({ description: 'The forge asked for no calls until then.' }),
  failed: z.int().meta({ description: 'Deliveries that are not tried again until the connection changes.' }),
  problem: z
    .string()
    .nullable()
    .meta({ description: 'Why it stopped or deliveries failed, as the forge said.' }),
  created_at: z.int(),
  created_by: z.string(),
});

const delivery = z.object({
  id: z.int(),
  connection_id: z.int(),
  kind: z.enum(deliveryKinds).meta({ description: 'status of a commit, summary of all builds, or comment.' }),
  repository: z.string(),
  target: z.string().meta({ description: 'A commit, or pull/ and the number of a pull request.' }),
  release: z
    .object({ name: z.string(), number: z.int() })
    .nullable()
    .meta({ description: 'The newest release that it is about; null: deleted.' }),
  state: z
    .enum(deliveryStates)
    .meta({ description: 'failed: not tried again until the connection changes.' }),
  sent: z
    .string()
    .nullable()
    .meta({ description: "The state that the forge was told last, in the forge's word." }),
  sent_at: z.int().nullable(),
  attempts: z.int().meta({ description: 'Failed in a row.' }),
  due_at: z.int().nullable().meta({ description: 'When it is tried next.' }),
  problem: z.string().nullable().meta({ description: 'Why the last attempt failed.' }),
});

const settings = {
  base_url: optional(name(about.baseUrl, 500)),
  app_id: optional(name(about.appId, 40)),
  context: optional(name(about.context, maxContextLength)),
  comments: optional(flag(about.comments)),
  comment_images: optional(oneOf(about.commentImages, commentImageKinds)),
  summary: optional(flag(about.summary)),
  marks_good: optional(flag(about.marksGood)),
};

export const listForgeConnections = operation('listForgeConnections', {
  summary: 'The connections of a build with forges, without their tokens.',
  description: '',
  parameters: parameters({ build_id: buildId }),
  answer: z.object({ connections: z.array(forgeConnection) }),
});

export const createForgeConnection = operation('createForgeConnection', {
  summary:
    'Connects a build with a repository of a forge: its commits get a status, its pull requests a comment.',
  description:
    'At most 5 of a build. Open releases are reported at once. The address must be allowed by the operator; 409 if another connection sets the same status in that repository.',
  parameters: parameters({
    build_id: buildId,
    kind: oneOf('Which forge.', forgeKinds),
    repository: name(about.repository, 500),
    token: secret(about.token, maxTokenLength),
    ...settings,
  }),
  answer: z.object({ connection: forgeConnection }),
});

export const updateForgeConnection = operation('updateForgeConnection', {
  summary: 'Changes a connection; what stopped or failed is sent again.',
  description: 'What is not given stays. Another base_url needs the token again. An empty app_id removes it.',
  parameters: parameters({
    build_id: buildId,
    connection_id: connectionId,
    repository: optional(name(about.repository, 500)),
    token: optional(secret(about.token, maxTokenLength)),
    ...settings,
  }),
  answer: z.object({ connection: forgeConnection }),
});

export const deleteForgeConnection = operation('deleteForgeConnection', {
  summary: 'Removes a connection and what waits to be delivered through it.',
  description: 'What the forge shows stays there.',
  parameters: parameters({ build_id: buildId, connection_id: connectionId }),
  answer: z.object({ success: z.literal(true) }),
});

export const testForgeConnection = operation('testForgeConnection', {
  summary: 'Reads the repository of a connection and says which rights the token lacks; posts nothing.',
  description: 'If it works, what stopped or failed is sent again. Takes up to 60 s.',
  parameters: parameters({ build_id: buildId, connection_id: connectionId }),
  answer: z.object({
    works: z
      .boolean()
      .meta({ description: 'The repository can be read, and no right is known to be missing.' }),
    problem: z.string().nullable().meta({ description: 'One sentence; null: none.' }),
    missing: z.array(z.string()).meta({ description: 'Rights, as the forge names them.' }),
    remarks: z
      .array(z.string())
      .meta({ description: 'What cannot be known without posting, or what to do about the problem.' }),
  }),
});

export const retryDeliveries = operation('retryDeliveries', {
  summary: 'Sends everything of a connection again that stopped, failed or waits.',
  description: '',
  parameters: parameters({ build_id: buildId, connection_id: connectionId }),
  answer: z.object({ success: z.literal(true) }),
});

const state = optional(oneOf('Only those.', deliveryStates));

export const listDeliveries = operation('listDeliveries', {
  summary: 'What forges were told about a build, and what they will be told, last changed first.',
  description: 'One entry for each commit and pull request of each connection, not one per change.',
  parameters: parameters({ build_id: buildId, state, page_size: pageSize, offset }),
  answer: z.object({ deliveries: z.array(delivery) }),
});

export const listAllDeliveries = operation('listAllDeliveries', {
  summary: 'What forges were told about all builds, and what they will be told, last changed first.',
  description: '',
  parameters: parameters({ state, page_size: pageSize, offset }),
  answer: z.object({ deliveries: z.array(delivery) }),
});
