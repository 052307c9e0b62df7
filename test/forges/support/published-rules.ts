/**
 * The calls to GitHub, Gitea, Forgejo and GitLab, written down by hand and compared with the forges' published descriptions
 * when types are checked: GitHub's paths, queries, bodies and statuses, the bodies and queries of the others. A limit on the
 * length of a text is from the document that the rule names.
 */

import type { EditPipelineStatusOptions, MergeRequestNotes } from '@gitbeaker/rest';
import type { paths } from '@octokit/openapi-types';
import type { Api } from 'gitea-js';
import { z } from 'zod';
import { url, type CallRule } from './call-rule.ts';

type Method = 'get' | 'post' | 'patch';
type Body<Operation> = Operation extends {
  requestBody?: { content: { 'application/json': infer Fields } };
}
  ? Fields
  : never;
type Query<Operation> = Operation extends { parameters: { query?: infer Fields } } ? Fields : never;
type Answers<Operation> = Operation extends { responses: infer Answered } ? keyof Answered & number : never;

/** `never` unless what is sent has only fields and values that are published, and all that must be there. */
type Fitting<Schema, Published> =
  Schema extends z.ZodType<infer Sent>
    ? [Exclude<keyof Sent, keyof Published>, Sent] extends [never, Published]
      ? Schema
      : never
    : [Published] extends [never]
      ? Schema
      : never;

/** What stands for the names in a path. */
const names: Record<string, string> = {
  owner: 'acme',
  repo: 'shop',
  sha: '([0-9a-f]{40})',
  ref: '[^/]+',
  issue_number: '(\\d+)',
  installation_id: '(\\d+)',
  // The first group is the place, which this path does not have.
  comment_id: '()(\\d+)',
};

function pattern(root: string, path: string): RegExp {
  return new RegExp(`^${root}${path.replace(/\{(\w+)\}/g, (_, name: string) => names[name]!)}$`);
}

interface Rest<Operation, Schema> {
  does: CallRule['does'];
  query?: Partial<Record<keyof Query<Operation> & string, RegExp>>;
  /** Null: the call has none. */
  body: Schema & Fitting<Schema, Body<Operation>>;
  answers: Answers<Operation>;
  source: string;
}

type OfGitHub = (root: string) => CallRule;

function ofGitHub<
  Path extends keyof paths,
  With extends Method & keyof paths[Path],
  Schema extends z.ZodType | null,
>(method: With, path: Path, { query, source, ...rule }: Rest<paths[Path][With], Schema>): OfGitHub {
  const documented = `https://docs.github.com/en/rest/${source}`;
  const asked = query === undefined ? {} : { query: query as Record<string, RegExp> };
  return (root) => ({
    ...rule,
    ...asked,
    method: method.toUpperCase(),
    path: pattern(root, path),
    source: documented,
  });
}

const comment = z.strictObject({ body: z.string().min(1).max(65_536) });
const gitHubStatus = z.strictObject({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  target_url: url,
  description: z.string().max(140),
  context: z.string().min(1).max(255),
});

const onePage = { per_page: /^1$/ };
const calls = {
  status: ofGitHub('post', '/repos/{owner}/{repo}/statuses/{sha}', {
    does: 'status',
    body: gitHubStatus,
    answers: 201,
    source: 'commits/statuses#create-a-commit-status',
  }),
  list: ofGitHub('get', '/repos/{owner}/{repo}/issues/{issue_number}/comments', {
    does: 'list',
    query: { per_page: /^50$/, page: /^\d+$/ },
    body: null,
    answers: 200,
    source: 'issues/comments#list-issue-comments',
  }),
  create: ofGitHub('post', '/repos/{owner}/{repo}/issues/{issue_number}/comments', {
    does: 'create',
    body: comment,
    answers: 201,
    source: 'issues/comments#create-an-issue-comment',
  }),
  update: ofGitHub('patch', '/repos/{owner}/{repo}/issues/comments/{comment_id}', {
    does: 'update',
    body: comment,
    answers: 200,
    source: 'issues/comments#update-an-issue-comment',
  }),
  repository: ofGitHub('get', '/repos/{owner}/{repo}', {
    does: 'repository',
    body: null,
    answers: 200,
    source: 'repos/repos#get-a-repository',
  }),
  statusesRight: ofGitHub('get', '/repos/{owner}/{repo}/commits/{ref}/status', {
    does: 'probe',
    query: onePage,
    body: null,
    answers: 200,
    source: 'commits/statuses#get-the-combined-status-for-a-specific-reference',
  }),
  pullsRight: ofGitHub('get', '/repos/{owner}/{repo}/pulls', {
    does: 'probe',
    query: onePage,
    body: null,
    answers: 200,
    source: 'pulls/pulls#list-pull-requests',
  }),
  installation: ofGitHub('get', '/repos/{owner}/{repo}/installation', {
    does: 'installation',
    body: null,
    answers: 200,
    source: 'apps/apps#get-a-repository-installation-for-the-authenticated-app',
  }),
  appToken: ofGitHub('post', '/app/installations/{installation_id}/access_tokens', {
    does: 'app token',
    body: z.strictObject({ repositories: z.array(z.literal('shop')).length(1) }),
    answers: 201,
    source: 'apps/apps#create-an-installation-access-token-for-an-app',
  }),
};

export const gitHubRules = Object.values(calls).map((call) => call('/api/v3'));

type OfGitea = Api<unknown>['repos'];
type GiteaQuery<Name extends keyof OfGitea, At extends number> = Partial<
  Record<keyof NonNullable<Parameters<OfGitea[Name]>[At]> & string, RegExp>
>;
const giteaDocs = 'https://docs.gitea.com/api/ (swagger.v1.json)';
/** Compared with what Gitea publishes; Forgejo takes the same. */
const giteaBodies = {
  status: gitHubStatus satisfies Fitting<typeof gitHubStatus, Parameters<OfGitea['repoCreateStatus']>[3]>,
  create: comment satisfies Fitting<typeof comment, Parameters<OfGitea['issueCreateComment']>[3]>,
  update: comment satisfies Fitting<typeof comment, Parameters<OfGitea['issueEditComment']>[3]>,
};

export const giteaRules: CallRule[] = [
  ...(['status', 'create', 'update'] as const).map((does) => ({
    ...calls[does]('/api/v1'),
    body: giteaBodies[does],
    source: giteaDocs,
  })),
  { ...calls.repository('/api/v1'), source: giteaDocs },
  {
    does: 'list',
    method: 'GET',
    path: pattern('/api/v1', '/repos/{owner}/{repo}/issues/{issue_number}/comments'),
    // It has no pages: its published query has no `page` and no `limit`.
    query: {} satisfies GiteaQuery<'issueGetComments', 3>,
    body: null,
    answers: 200,
    source: giteaDocs,
  },
  {
    does: 'probe',
    method: 'GET',
    path: pattern('/api/v1', '/repos/{owner}/{repo}/issues/comments'),
    query: { limit: /^1$/ } satisfies GiteaQuery<'issueGetRepoComments', 2>,
    body: null,
    answers: 200,
    source: giteaDocs,
  },
];

/** As GitLab spells the options that its client takes in camel case. */
type Snake<Name> = Name extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${Snake<Tail>}`
  : '';
type Spelled<Options> = { [Name in keyof Options as Snake<Name>]: Options[Name] };
type StatusOfGitLab = Spelled<EditPipelineStatusOptions> & {
  state: 'pending' | 'running' | 'success' | 'failed' | 'canceled';
};
type NoteOfGitLab = Parameters<MergeRequestNotes['edit']>[3];

const gitLabDocs = 'https://docs.gitlab.com/api';
const project = '^/api/v4/projects/acme%2Fshop';
const gitLabStatus = z.strictObject({
  state: z.enum(['pending', 'running', 'success', 'failed', 'canceled']),
  name: z.string().max(255),
  target_url: url.max(255),
  description: z.string().max(255),
  ref: z.exactOptional(z.string().max(255)),
});

export const gitLabRules: CallRule[] = [
  {
    does: 'status',
    method: 'POST',
    path: new RegExp(`${project}/statuses/([0-9a-f]{40})$`),
    body: gitLabStatus satisfies Fitting<typeof gitLabStatus, StatusOfGitLab>,
    answers: 201,
    source: `${gitLabDocs}/commits/#set-commit-pipeline-status`,
  },
  {
    does: 'list',
    method: 'GET',
    path: new RegExp(`${project}/merge_requests/(\\d+)/notes$`),
    query: { sort: /^asc$/, order_by: /^created_at$/, per_page: /^50$/, page: /^\d+$/ },
    body: null,
    answers: 200,
    source: `${gitLabDocs}/notes/#list-all-merge-request-notes`,
  },
  {
    does: 'create',
    method: 'POST',
    path: new RegExp(`${project}/merge_requests/(\\d+)/notes$`),
    body: comment satisfies Fitting<typeof comment, NoteOfGitLab>,
    answers: 201,
    source: `${gitLabDocs}/notes/#create-new-merge-request-note`,
  },
  {
    does: 'update',
    method: 'PUT',
    path: new RegExp(`${project}/merge_requests/(\\d+)/notes/(\\d+)$`),
    body: comment satisfies Fitting<typeof comment, NoteOfGitLab>,
    answers: 200,
    source: `${gitLabDocs}/notes/#modify-existing-merge-request-note`,
  },
  {
    does: 'repository',
    method: 'GET',
    path: new RegExp(`${project}$`),
    body: null,
    answers: 200,
    source: `${gitLabDocs}/projects/#get-a-single-project`,
  },
  {
    does: 'probe',
    method: 'GET',
    path: /^\/api\/v4\/personal_access_tokens\/self$/,
    body: null,
    answers: 200,
    source: `${gitLabDocs}/personal_access_tokens/#self-inform`,
  },
  {
    // Only for readers of what was posted.
    does: 'statuses',
    method: 'GET',
    path: new RegExp(`${project}/repository/commits/([0-9a-f]{40})/statuses$`),
    body: null,
    answers: 200,
    source: `${gitLabDocs}/commits/#list-commit-statuses`,
  },
];
