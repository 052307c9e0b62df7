/**
 * The calls that Depicted makes, written down by hand, each with the document to check it against: the published descriptions
 * are hundreds of megabytes, and none is compared by machine. The recording forge refuses anything that is not listed here.
 */

import { z } from 'zod';
import type { ForgeKind } from '../../../src/domain/forges/forge-kinds.ts';

export interface CallRule {
  does: 'status' | 'list' | 'create' | 'update' | 'repository' | 'probe' | 'installation' | 'app token';
  method: string;
  /** Matches the whole path with its query; its groups are the sha or number, and the comment's id. */
  path: RegExp;
  body: z.ZodType | null;
  /** Status of the answer. */
  answers: number;
  source: string;
}

const url = z.string().regex(/^https?:\/\/[^\s]+$/);
const sha = '([0-9a-f]{40})';
const comment = z.strictObject({ body: z.string().min(1).max(65_536) });

const gitHubDocs = 'https://docs.github.com/en/rest';
const gitHubStatus = z.strictObject({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  target_url: url,
  description: z.string().max(140),
  context: z.string().min(1).max(255),
});
const gitHub = (root: string): CallRule[] => {
  const repository = `^${root}/repos/acme/shop`;
  return [
    {
      does: 'status',
      method: 'POST',
      path: new RegExp(`${repository}/statuses/${sha}$`),
      body: gitHubStatus,
      answers: 201,
      source: `${gitHubDocs}/commits/statuses#create-a-commit-status`,
    },
    {
      does: 'list',
      method: 'GET',
      path: new RegExp(`${repository}/issues/(\\d+)/comments\\?per_page=50&page=\\d+$`),
      body: null,
      answers: 200,
      source: `${gitHubDocs}/issues/comments#list-issue-comments`,
    },
    {
      does: 'create',
      method: 'POST',
      path: new RegExp(`${repository}/issues/(\\d+)/comments$`),
      body: comment,
      answers: 201,
      source: `${gitHubDocs}/issues/comments#create-an-issue-comment`,
    },
    {
      does: 'update',
      method: 'PATCH',
      path: new RegExp(`${repository}/issues/comments/()(\\d+)$`),
      body: comment,
      answers: 200,
      source: `${gitHubDocs}/issues/comments#update-an-issue-comment`,
    },
    {
      does: 'repository',
      method: 'GET',
      path: new RegExp(`${repository}$`),
      body: null,
      answers: 200,
      source: `${gitHubDocs}/repos/repos#get-a-repository`,
    },
    {
      does: 'probe',
      method: 'GET',
      path: new RegExp(`${repository}/(commits/[^/]+/status|pulls)\\?per_page=1$`),
      body: null,
      answers: 200,
      source: `${gitHubDocs}/commits/statuses#get-the-combined-status-for-a-specific-reference`,
    },
    {
      does: 'installation',
      method: 'GET',
      path: new RegExp(`${repository}/installation$`),
      body: null,
      answers: 200,
      source: `${gitHubDocs}/apps/apps#get-a-repository-installation-for-the-authenticated-app`,
    },
    {
      does: 'app token',
      method: 'POST',
      path: new RegExp(`^${root}/app/installations/(\\d+)/access_tokens$`),
      body: z.strictObject({ repositories: z.tuple([z.literal('shop')]) }),
      answers: 201,
      source: `${gitHubDocs}/apps/apps#create-an-installation-access-token-for-an-app`,
    },
  ];
};

const giteaDocs = 'https://docs.gitea.com/api/ (swagger.v1.json)';
const gitea: CallRule[] = [
  ...gitHub('/api/v1')
    .filter(({ does }) => ['status', 'create', 'update', 'repository'].includes(does))
    .map((rule) => ({ ...rule, source: giteaDocs })),
  {
    does: 'list',
    method: 'GET',
    path: /^\/api\/v1\/repos\/acme\/shop\/issues\/(\d+)\/comments$/,
    body: null,
    answers: 200,
    source: giteaDocs,
  },
  {
    does: 'probe',
    method: 'GET',
    path: /^\/api\/v1\/repos\/acme\/shop\/issues\/comments\?limit=1$/,
    body: null,
    answers: 200,
    source: giteaDocs,
  },
];

const gitLabDocs = 'https://docs.gitlab.com/api';
const project = '^/api/v4/projects/acme%2Fshop';
const gitlab: CallRule[] = [
  {
    does: 'status',
    method: 'POST',
    path: new RegExp(`${project}/statuses/${sha}$`),
    body: z.strictObject({
      state: z.enum(['pending', 'running', 'success', 'failed', 'canceled', 'skipped']),
      name: z.string().max(255),
      target_url: url.max(255),
      description: z.string().max(255),
      ref: z.string().max(255).optional(),
    }),
    answers: 201,
    source: `${gitLabDocs}/commits/#set-commit-pipeline-status`,
  },
  {
    does: 'list',
    method: 'GET',
    path: new RegExp(
      `${project}/merge_requests/(\\d+)/notes\\?sort=asc&order_by=created_at&per_page=50&page=\\d+$`,
    ),
    body: null,
    answers: 200,
    source: `${gitLabDocs}/notes/#list-all-merge-request-notes`,
  },
  {
    does: 'create',
    method: 'POST',
    path: new RegExp(`${project}/merge_requests/(\\d+)/notes$`),
    body: comment,
    answers: 201,
    source: `${gitLabDocs}/notes/#create-new-merge-request-note`,
  },
  {
    does: 'update',
    method: 'PUT',
    path: new RegExp(`${project}/merge_requests/(\\d+)/notes/(\\d+)$`),
    body: comment,
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
];

const bitbucketDocs = 'https://developer.atlassian.com/cloud/bitbucket/rest';
const bitbucketState = z.enum(['SUCCESSFUL', 'FAILED', 'INPROGRESS', 'STOPPED']);
const bitbucketComment = z.strictObject({ content: z.strictObject({ raw: z.string().min(1) }) });
const repositoryOfBitbucket = '^/2.0/repositories/acme/shop';
const bitbucketCloud: CallRule[] = [
  {
    does: 'status',
    method: 'POST',
    path: new RegExp(`${repositoryOfBitbucket}/commit/${sha}/statuses/build$`),
    body: z.strictObject({
      key: z.string().min(1).max(40),
      state: bitbucketState,
      url,
      name: z.string().max(255),
      description: z.string().max(255),
      refname: z.string().optional(),
    }),
    answers: 201,
    source: `${bitbucketDocs}/api-group-commit-statuses/`,
  },
  {
    does: 'list',
    method: 'GET',
    path: new RegExp(`${repositoryOfBitbucket}/pullrequests/(\\d+)/comments\\?pagelen=50&page=\\d+$`),
    body: null,
    answers: 200,
    source: `${bitbucketDocs}/api-group-pullrequests/`,
  },
  {
    does: 'create',
    method: 'POST',
    path: new RegExp(`${repositoryOfBitbucket}/pullrequests/(\\d+)/comments$`),
    body: bitbucketComment,
    answers: 201,
    source: `${bitbucketDocs}/api-group-pullrequests/`,
  },
  {
    does: 'update',
    method: 'PUT',
    path: new RegExp(`${repositoryOfBitbucket}/pullrequests/(\\d+)/comments/(\\d+)$`),
    body: bitbucketComment,
    answers: 200,
    source: `${bitbucketDocs}/api-group-pullrequests/`,
  },
  {
    does: 'repository',
    method: 'GET',
    path: new RegExp(`${repositoryOfBitbucket}$`),
    body: null,
    answers: 200,
    source: `${bitbucketDocs}/api-group-repositories/`,
  },
];

const dataCenterDocs = 'https://developer.atlassian.com/server/bitbucket/rest/';
const bitbucketDataCenter: CallRule[] = [
  {
    does: 'status',
    method: 'POST',
    path: new RegExp(`^/rest/api/latest/projects/acme/repos/shop/commits/${sha}/builds$`),
    body: z.strictObject({
      key: z.string().min(1).max(255),
      state: z.enum(['SUCCESSFUL', 'FAILED', 'INPROGRESS', 'CANCELLED', 'UNKNOWN']),
      url: url.max(450),
      name: z.string().max(255),
      description: z.string().max(255),
      ref: z.string().startsWith('refs/heads/').optional(),
    }),
    answers: 204,
    source: dataCenterDocs,
  },
  {
    does: 'repository',
    method: 'GET',
    path: /^\/rest\/api\/latest\/projects\/acme\/repos\/shop$/,
    body: null,
    answers: 200,
    source: dataCenterDocs,
  },
];

const azureDocs = 'https://learn.microsoft.com/rest/api/azure/devops/git';
const repositoryOfAzure = '^/org/acme/_apis/git/repositories/shop';
const azureDevops: CallRule[] = [
  {
    does: 'status',
    method: 'POST',
    path: new RegExp(`${repositoryOfAzure}/pullRequests/(\\d+)/statuses\\?api-version=7\\.1$`),
    body: z.strictObject({
      state: z.enum(['notSet', 'pending', 'succeeded', 'failed', 'error', 'notApplicable']),
      description: z.string().max(1_024),
      targetUrl: url,
      context: z.strictObject({ genre: z.literal('dpxdt'), name: z.string().min(1).max(128) }),
    }),
    answers: 200,
    source: `${azureDocs}/pull-request-statuses/create`,
  },
  {
    does: 'list',
    method: 'GET',
    path: new RegExp(`${repositoryOfAzure}/pullRequests/(\\d+)/threads\\?api-version=7\\.1$`),
    body: null,
    answers: 200,
    source: `${azureDocs}/pull-request-threads/list`,
  },
  {
    does: 'create',
    method: 'POST',
    path: new RegExp(`${repositoryOfAzure}/pullRequests/(\\d+)/threads\\?api-version=7\\.1$`),
    body: z.strictObject({
      comments: z.tuple([
        z.strictObject({
          parentCommentId: z.literal(0),
          content: z.string().min(1).max(150_000),
          commentType: z.literal('text'),
        }),
      ]),
      status: z.literal('closed'),
    }),
    answers: 200,
    source: `${azureDocs}/pull-request-threads/create`,
  },
  {
    does: 'update',
    method: 'PATCH',
    path: new RegExp(
      `${repositoryOfAzure}/pullRequests/(\\d+)/threads/(\\d+)/comments/1\\?api-version=7\\.1$`,
    ),
    body: z.strictObject({ content: z.string().min(1).max(150_000) }),
    answers: 200,
    source: `${azureDocs}/pull-request-thread-comments/update`,
  },
  {
    does: 'repository',
    method: 'GET',
    path: new RegExp(`${repositoryOfAzure}\\?api-version=7\\.1$`),
    body: null,
    answers: 200,
    source: `${azureDocs}/repositories/get-repository`,
  },
  {
    does: 'probe',
    method: 'GET',
    path: new RegExp(`${repositoryOfAzure}/pullrequests\\?\\$top=1&api-version=7\\.1$`),
    body: null,
    answers: 200,
    source: `${azureDocs}/pull-requests/get-pull-requests`,
  },
];

export const callRules: Record<ForgeKind, CallRule[]> = {
  github: gitHub('/api/v3'),
  gitea,
  forgejo: gitea,
  gitlab,
  bitbucket_cloud: bitbucketCloud,
  bitbucket_data_center: bitbucketDataCenter,
  azure_devops: azureDevops,
};

/** What each demands of every call. */
export const authorization: Record<ForgeKind, (token: string) => Record<string, string>> = {
  github: (token) => ({
    authorization: `Bearer ${token}`,
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
  }),
  gitea: (token) => ({ authorization: `token ${token}` }),
  forgejo: (token) => ({ authorization: `token ${token}` }),
  gitlab: (token) => ({ 'private-token': token }),
  bitbucket_cloud: (token) => ({ authorization: `Bearer ${token}` }),
  bitbucket_data_center: (token) => ({ authorization: `Bearer ${token}` }),
  azure_devops: (token) => ({ authorization: `Basic ${btoa(`:${token}`)}` }),
};
