import { madeVisible } from '../../base/invisible-text.ts';
import { forgeTraits } from '../../domain/forges/forge-kinds.ts';
import type { ForgeKind } from '../../domain/forges/forge-kinds.ts';
import { ForgeProblem } from '../../ports/forges.ts';
import type { ForgeAccess, ForgeProblemKind, ForgeStatus, Forges, ForgeTest } from '../../ports/forges.ts';
import {
  createCheckedCalls,
  retryTimeOf,
  type CallAnswer,
  type CallOptions,
} from '../egress/checked-calls.ts';
import { EgressBlocked } from '../egress/checked-connection.ts';
import { azureDevops } from './azure-devops.ts';
import { bitbucketCloud, bitbucketDataCenter } from './bitbucket.ts';
import { commentsPerPage, type Answer, type Dialect, type ForgeCall } from './dialect.ts';
import { github } from './github.ts';
import { appTokens } from './github-app.ts';
import { gitea } from './gitea.ts';
import { gitlab } from './gitlab.ts';
import { sentenceOf } from './refusal.ts';

const dialects: Record<ForgeKind, Dialect> = {
  github,
  gitlab,
  gitea,
  forgejo: gitea,
  bitbucket_cloud: bitbucketCloud,
  bitbucket_data_center: bitbucketDataCenter,
  azure_devops: azureDevops,
};

const maxListBytes = 4 * 1_048_576;
/** Of the comments of a pull request. */
const maxPages = 10;
/** Within the same origin. */
const maxRedirects = 3;

/** Calls forges through the operator's rules for the network. */
export function createForges(options: CallOptions): Forges {
  const { clock } = options;
  const calls = createCheckedCalls(options);
  const tokens = appTokens(clock);

  /** @returns the answer, whatever its status; throws where there is none */
  async function send(access: ForgeAccess, token: string, call: ForgeCall): Promise<Answer> {
    const dialect = dialects[access.kind];
    const { title } = forgeTraits[access.kind];
    try {
      const answer = await calls.send(
        {
          method: call.method,
          url: dialect.root(access) + call.path,
          headers: dialect.headers(token),
          body: call.body === undefined ? null : JSON.stringify(call.body),
        },
        { maxRedirects, ...(call.isList === true && { maxAnswerBytes: maxListBytes }) },
      );
      return toAnswer(answer);
    } catch (error) {
      const kind = error instanceof EgressBlocked ? 'refused' : 'later';
      throw new ForgeProblem(kind, calls.problemOf(error, title));
    }
  }

  async function tokenOf(access: ForgeAccess): Promise<string> {
    if (access.appId === null) return access.token;
    return tokens.of(access, async (jwt, call) => require(access, jwt, await send(access, jwt, call), null));
  }

  /** @throws ForgeProblem unless the forge did what was asked */
  async function call(
    access: ForgeAccess,
    what: ForgeCall,
    status: ForgeStatus | null = null,
  ): Promise<Answer> {
    const token = await tokenOf(access);
    const answer = await send(access, token, what);
    try {
      return require(access, token, answer, status);
    } catch (error) {
      // A token of an App ends early when its rights change.
      if (error instanceof ForgeProblem && error.kind === 'token') tokens.forget(access);
      throw error;
    }
  }

  function require(access: ForgeAccess, token: string, answer: Answer, status: ForgeStatus | null): Answer {
    const judged = dialects[access.kind].judge?.(answer, status);
    const isDone = answer.status >= 200 && answer.status < 300;
    if (judged === 'done' || (judged === undefined && isDone)) return answer;
    const kind = judged ?? problemKind(answer.status);
    const retryAt = kind === 'later' ? retryTimeOf(answer, clock.now()) : null;
    const sentence = sentenceOf(forgeTraits[access.kind].title, answer, [token, access.token]);
    throw new ForgeProblem(kind, madeVisible(sentence), retryAt);
  }

  function commentsOf({ kind }: ForgeAccess) {
    const { comments } = dialects[kind];
    if (comments !== null) return comments;
    throw new ForgeProblem('refused', `${forgeTraits[kind].title} takes no comments.`);
  }

  return {
    checkAddress: (baseUrl) =>
      calls.denialOf(baseUrl, {
        allowedWith: '--forge-allow',
        notEncrypted: 'The address must begin with https, so that no one reads the token on its way',
      }),
    async sendStatus(access, status) {
      await call(access, dialects[access.kind].status(access, status), status);
    },
    async findComment(access, pullRequest, isOwn) {
      const comments = commentsOf(access);
      for (let page = 1; page <= maxPages; page++) {
        const asked = comments.list(access, pullRequest, page);
        if (asked === null) return null;
        const { body } = await call(access, asked);
        // Not read to the end: making one could make a second.
        if (body === null) {
          const { title } = forgeTraits[access.kind];
          throw new ForgeProblem(
            'refused',
            `The comments of ${title} could not be read: too long, or no JSON.`,
          );
        }
        const found = comments.read(body);
        const own = found.find(({ text }) => isOwn(text));
        if (own !== undefined) return own.id;
        if (found.length < commentsPerPage) return null;
      }
      return null;
    },
    async createComment(access, pullRequest, text) {
      const comments = commentsOf(access);
      const { body } = await call(access, comments.create(access, pullRequest, text));
      const id = comments.createdId(body);
      if (id !== null) return id;
      throw new ForgeProblem('later', `${forgeTraits[access.kind].title} did not say the id of the comment.`);
    },
    async updateComment(access, pullRequest, id, text) {
      await call(access, commentsOf(access).update(access, pullRequest, id, text));
    },
    async test(access): Promise<ForgeTest> {
      const dialect = dialects[access.kind];
      const answer = await call(access, dialect.repository(access));
      const repositoryId = dialect.repositoryId(answer.body);
      if (repositoryId === null) {
        const { title } = forgeTraits[access.kind];
        throw new ForgeProblem('refused', `What answers at ${access.baseUrl} is not ${title}.`);
      }
      const missing = dialect.missingRights(answer, access);
      for (const probe of dialect.probes(access, answer.body)) {
        const probed = await call(access, probe.call).catch((error: unknown) => error);
        if (!(probed instanceof ForgeProblem)) continue;
        if (probed.kind === 'later') throw probed;
        if (!missing.includes(probe.right)) missing.push(probe.right);
      }
      return { repositoryId, missing, remarks: dialect.remarks };
    },
  };
}

function toAnswer({ text, ...answer }: CallAnswer): Answer {
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    // A page of a proxy, or cut off.
  }
  return { ...answer, body };
}

function problemKind(status: number): ForgeProblemKind {
  if (status === 401) return 'token';
  if (status === 404 || status === 410) return 'missing';
  if (status === 408 || status === 425 || status === 429 || status >= 500) return 'later';
  return 'refused';
}
