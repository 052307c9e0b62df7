import { pullRequestNumber } from '../../domain/forges/delivery-target.ts';
import type { ForgeAccess } from '../../ports/forges.ts';
import { field, idOf, list, pathOf, type Dialect, type FoundComment } from './dialect.ts';

const version = 'api-version=7.1';

/**
 * Azure DevOps. A status of a commit holds nothing up there, so it belongs to the pull request.
 * https://learn.microsoft.com/rest/api/azure/devops/git/pull-request-statuses/create
 * https://learn.microsoft.com/rest/api/azure/devops/git/pull-request-threads/create
 */
export const azureDevops: Dialect = {
  root: ({ baseUrl }) => baseUrl,
  headers: (token) => ({
    authorization: `Basic ${Buffer.from(`:${token}`).toString('base64')}`,
    accept: 'application/json',
  }),
  status: (access, { target, word, url, text, context }) => ({
    method: 'POST',
    path: `${pullRequestPath(access, pullRequestNumber(target) ?? 0)}/statuses?${version}`,
    body: { state: word, description: text, targetUrl: url, context: { genre: 'dpxdt', name: context } },
  }),
  comments: {
    list: (access, pullRequest, page) =>
      page > 1
        ? null
        : { method: 'GET', isList: true, path: `${pullRequestPath(access, pullRequest)}/threads?${version}` },
    read: (body) => list(field(body, 'value')).flatMap(firstComment),
    create: (access, pullRequest, text) => ({
      method: 'POST',
      path: `${pullRequestPath(access, pullRequest)}/threads?${version}`,
      // Closed, so that a policy that all comments are resolved does not wait for it.
      body: { comments: [{ parentCommentId: 0, content: text, commentType: 'text' }], status: 'closed' },
    }),
    createdId: (body) => firstComment(body)[0]?.id ?? null,
    update: (access, pullRequest, id, text) => ({
      method: 'PATCH',
      path: `${pullRequestPath(access, pullRequest)}/threads${pathOf(...commentPath(id))}?${version}`,
      body: { content: text },
    }),
  },
  repository: (access) => ({ method: 'GET', path: `${repositoryPath(access)}?${version}` }),
  repositoryId: (body) => idOf(field(body, 'id')),
  missingRights: ({ body }) =>
    field(body, 'isDisabled') === true ? ['a repository that is not disabled'] : [],
  probes: (access) => [
    {
      call: { method: 'GET', path: `${repositoryPath(access)}/pullrequests?$top=1&${version}` },
      right: 'Code: Status, and Code: Read (pull requests)',
    },
  ],
  remarks: [
    'A token does not say whether it may write: it needs "Code: Status", and "Pull Request Threads: Read & write" for comments.',
  ],
  // A token that is wrong or has expired is answered with a page to sign in.
  judge: ({ status }) => (status === 203 || status === 302 ? 'token' : undefined),
};

function firstComment(thread: unknown): FoundComment[] {
  const comment = list(field(thread, 'comments'))[0];
  const [threadId, id] = [idOf(field(thread, 'id')), idOf(field(comment, 'id'))];
  const text = field(comment, 'content');
  const isThere = field(thread, 'isDeleted') !== true && field(comment, 'isDeleted') !== true;
  return threadId !== null && id !== null && typeof text === 'string' && isThere
    ? [{ id: `${threadId}/${id}`, text }]
    : [];
}

function commentPath(id: string): string[] {
  const [thread = '', comment = ''] = id.split('/');
  return [thread, 'comments', comment];
}

function repositoryPath({ repository }: ForgeAccess): string {
  const [organization = '', project = '', name = ''] = repository.split('/');
  return pathOf(organization, project, '_apis', 'git', 'repositories', name);
}

function pullRequestPath(access: ForgeAccess, pullRequest: number): string {
  return `${repositoryPath(access)}${pathOf('pullRequests', pullRequest)}`;
}
