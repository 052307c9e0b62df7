import { commentsPerPage, field, idOf, list, pathOf, type Dialect } from './dialect.ts';
import type { ForgeAccess, ForgeStatus } from '../../ports/forges.ts';

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commit-statuses/ and …/api-group-pullrequests/ */
export const bitbucketCloud: Dialect = {
  root: ({ baseUrl }) =>
    /^https:\/\/(www\.|api\.)?bitbucket\.org$/.test(baseUrl)
      ? 'https://api.bitbucket.org/2.0'
      : `${baseUrl}/2.0`,
  headers: bearer,
  status: (access, status) => ({
    method: 'POST',
    path: `${repositoryPath(access)}${pathOf('commit', status.target, 'statuses', 'build')}`,
    body: { ...statusBody(status), ...(status.branch !== null && { refname: status.branch }) },
  }),
  comments: {
    list: (access, pullRequest, page) => ({
      method: 'GET',
      isList: true,
      path: `${repositoryPath(access)}${pathOf('pullrequests', pullRequest, 'comments')}?pagelen=${commentsPerPage}&page=${page}`,
    }),
    read: (body) =>
      list(field(body, 'values')).flatMap((value) => {
        const id = idOf(field(value, 'id'));
        const text = field(value, 'content', 'raw');
        const isThere = field(value, 'deleted') !== true;
        return id !== null && typeof text === 'string' && isThere ? [{ id, text }] : [];
      }),
    create: (access, pullRequest, text) => ({
      method: 'POST',
      path: `${repositoryPath(access)}${pathOf('pullrequests', pullRequest, 'comments')}`,
      body: { content: { raw: text } },
    }),
    createdId: (body) => idOf(field(body, 'id')),
    update: (access, pullRequest, id, text) => ({
      method: 'PUT',
      path: `${repositoryPath(access)}${pathOf('pullrequests', pullRequest, 'comments', id)}`,
      body: { content: { raw: text } },
    }),
  },
  repository: (access) => ({ method: 'GET', path: repositoryPath(access) }),
  repositoryId: (body) => idOf(field(body, 'uuid')),
  missingRights({ header }) {
    const scopes = header('x-oauth-scopes');
    if (scopes === null) return [];
    const has = new Set(scopes.split(',').map((scope) => scope.trim()));
    const mayWrite = has.has('repository:write') || has.has('repository:admin');
    return [
      ...(mayWrite ? [] : ['repository:write']),
      ...(has.has('pullrequest:write') ? [] : ['pullrequest:write (for comments)']),
    ];
  },
  probes: () => [],
  remarks: [],
};

/** https://developer.atlassian.com/server/bitbucket/rest/ (build status). It takes no comments from Depicted. */
export const bitbucketDataCenter: Dialect = {
  root: ({ baseUrl }) => `${baseUrl}/rest/api/latest`,
  headers: bearer,
  status: (access, status) => ({
    method: 'POST',
    path: `${projectPath(access)}${pathOf('commits', status.target, 'builds')}`,
    body: { ...statusBody(status), ...(status.branch !== null && { ref: `refs/heads/${status.branch}` }) },
  }),
  comments: null,
  repository: (access) => ({ method: 'GET', path: projectPath(access) }),
  repositoryId: (body) => idOf(field(body, 'id')),
  missingRights: ({ body }) =>
    field(body, 'archived') === true ? ['a repository that is not archived'] : [],
  probes: () => [],
  remarks: ['A token does not say whether it may write: it needs "Repository write".'],
};

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}`, accept: 'application/json' };
}

function statusBody({ key, word, url, context, text }: ForgeStatus) {
  return { key, state: word, url, name: context, description: text };
}

function repositoryPath({ repository }: ForgeAccess): string {
  return pathOf('repositories', ...repository.split('/'));
}

function projectPath({ repository }: ForgeAccess): string {
  const [project = '', name = ''] = repository.split('/');
  return pathOf('projects', project, 'repos', name);
}
