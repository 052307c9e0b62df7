/**
 * The calls that Depicted makes. The recording forge refuses anything that is not listed here. Those to Bitbucket and Azure
 * DevOps are written down by hand, each with the document to check it against; the others are compared by machine.
 */

import { z } from 'zod';
import type { ForgeKind } from '../../../src/domain/forges/forge-kinds.ts';
import { url, type CallRule } from './call-rule.ts';
import { giteaRules, gitHubRules, gitLabRules } from './published-rules.ts';

const sha = '([0-9a-f]{40})';
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
    path: new RegExp(`${repositoryOfBitbucket}/pullrequests/(\\d+)/comments$`),
    query: { pagelen: /^50$/, page: /^\d+$/ },
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
const azureVersion = { 'api-version': /^7\.1$/ };
const repositoryOfAzure = '^/org/acme/_apis/git/repositories/shop';
const azureDevops: CallRule[] = [
  {
    does: 'status',
    method: 'POST',
    path: new RegExp(`${repositoryOfAzure}/pullRequests/(\\d+)/statuses$`),
    query: azureVersion,
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
    path: new RegExp(`${repositoryOfAzure}/pullRequests/(\\d+)/threads$`),
    query: azureVersion,
    body: null,
    answers: 200,
    source: `${azureDocs}/pull-request-threads/list`,
  },
  {
    does: 'create',
    method: 'POST',
    path: new RegExp(`${repositoryOfAzure}/pullRequests/(\\d+)/threads$`),
    query: azureVersion,
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
    path: new RegExp(`${repositoryOfAzure}/pullRequests/(\\d+)/threads/(\\d+)/comments/1$`),
    query: azureVersion,
    body: z.strictObject({ content: z.string().min(1).max(150_000) }),
    answers: 200,
    source: `${azureDocs}/pull-request-thread-comments/update`,
  },
  {
    does: 'repository',
    method: 'GET',
    path: new RegExp(`${repositoryOfAzure}$`),
    query: azureVersion,
    body: null,
    answers: 200,
    source: `${azureDocs}/repositories/get-repository`,
  },
  {
    does: 'probe',
    method: 'GET',
    path: new RegExp(`${repositoryOfAzure}/pullrequests$`),
    query: { $top: /^1$/, 'api-version': /^7\.1$/ },
    body: null,
    answers: 200,
    source: `${azureDocs}/pull-requests/get-pull-requests`,
  },
];

export const callRules: Record<ForgeKind, CallRule[]> = {
  github: gitHubRules,
  gitea: giteaRules,
  forgejo: giteaRules,
  gitlab: gitLabRules,
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
