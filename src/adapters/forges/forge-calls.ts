import { madeVisible } from '../../base/invisible-text.ts';
import { createEgressPolicy, denialWords, type EgressRules } from '../../domain/network/egress-policy.ts';
import { forgeTraits } from '../../domain/forges/forge-kinds.ts';
import type { ForgeKind } from '../../domain/forges/forge-kinds.ts';
import type { Clock } from '../../ports/clock.ts';
import { ForgeProblem } from '../../ports/forges.ts';
import type { ForgeAccess, ForgeProblemKind, ForgeStatus, Forges, ForgeTest } from '../../ports/forges.ts';
import { EgressBlocked, EgressUnreachable, type Endpoint } from '../egress/checked-connection.ts';
import { checkedRequest, type CheckedAnswer } from '../egress/checked-request.ts';
import { systemResolve, type Resolve } from '../egress/resolve.ts';
import { azureDevops } from './azure-devops.ts';
import { bitbucketCloud, bitbucketDataCenter } from './bitbucket.ts';
import { commentsPerPage, type Answer, type Dialect, type ForgeCall } from './dialect.ts';
import { github } from './github.ts';
import { appTokens } from './github-app.ts';
import { gitea } from './gitea.ts';
import { gitlab } from './gitlab.ts';
import { retryTimeOf, sentenceOf } from './refusal.ts';

const dialects: Record<ForgeKind, Dialect> = {
  github,
  gitlab,
  gitea,
  forgejo: gitea,
  bitbucket_cloud: bitbucketCloud,
  bitbucket_data_center: bitbucketDataCenter,
  azure_devops: azureDevops,
};

export interface ForgeCallOptions {
  /** Where the operator lets the server go. */
  rules: EgressRules;
  /** Never reachable: the server's own endpoints. */
  never?: readonly Endpoint[];
  clock: Clock;
  /** Sent as the name of the program. */
  version: string;
  resolve?: Resolve;
  /** Default 15,000. */
  timeoutMs?: number;
}

const maxAnswerBytes = 65_536;
const maxListBytes = 4 * 1_048_576;
/** Of the comments of a pull request. */
const maxPages = 10;
const connectTimeoutMs = 10_000;

/** Calls forges through the operator's rules for the network. */
export function createForges(options: ForgeCallOptions): Forges {
  const { rules, never = [], clock, version, resolve = systemResolve, timeoutMs = 15_000 } = options;
  const policy = createEgressPolicy(rules);
  const tokens = appTokens(clock);

  /** @returns the answer, whatever its status; throws where there is none */
  async function send(access: ForgeAccess, token: string, call: ForgeCall): Promise<Answer> {
    const dialect = dialects[access.kind];
    const { title } = forgeTraits[access.kind];
    const body = call.body === undefined ? null : JSON.stringify(call.body);
    try {
      const answer = await checkedRequest(
        {
          policy: async () => policy,
          resolve,
          never,
          connectTimeoutMs,
          timeoutMs,
          maxAnswerBytes: call.isList === true ? maxListBytes : maxAnswerBytes,
        },
        {
          method: call.method,
          url: dialect.root(access) + call.path,
          headers: {
            ...dialect.headers(token),
            'user-agent': `dpxdt/${version}`,
            ...(body !== null && { 'content-type': 'application/json' }),
          },
          body,
        },
      );
      return toAnswer(answer);
    } catch (error) {
      if (error instanceof EgressBlocked) throw new ForgeProblem('refused', error.message);
      if (error instanceof EgressUnreachable) throw new ForgeProblem('later', error.message);
      const isLate = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
      const why = isLate ? `did not answer within ${timeoutMs / 1_000} s` : 'broke the connection off';
      if (isCertificateProblem(error)) {
        const trust = 'Set NODE_EXTRA_CA_CERTS where the server runs to trust its authority';
        throw new ForgeProblem(
          'later',
          `The certificate of ${title} is not trusted (${error.code}). ${trust}.`,
        );
      }
      throw new ForgeProblem('later', `${title} ${why}.`);
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
    checkAddress(baseUrl) {
      const url = new URL(baseUrl);
      const denial = policy.checkUrl(url);
      if (denial !== null) {
        return `This server may not access ${url.hostname}: it is ${denialWords[denial]}. Its operator can allow it with --forge-allow.`;
      }
      const isAllowed = rules.allowPrivate || (rules.allow ?? []).includes(url.hostname);
      if (url.protocol === 'https:' || isAllowed) return null;
      return 'The address must begin with https, so that no one reads the token on its way; the operator can allow a host of its network with --forge-allow.';
    },
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

function isCertificateProblem(error: unknown): error is { code: string } {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /CERT|SELF_SIGNED|UNABLE_TO_/.test(code);
}

function toAnswer({ status, headers, text }: CheckedAnswer): Answer {
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    // A page of a proxy, or cut off.
  }
  return { status, body, header: (name) => [headers[name]].flat()[0] ?? null };
}

function problemKind(status: number): ForgeProblemKind {
  if (status === 401) return 'token';
  if (status === 404 || status === 410) return 'missing';
  if (status === 408 || status === 425 || status === 429 || status >= 500) return 'later';
  return 'refused';
}
