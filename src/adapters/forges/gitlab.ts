import { commentsOf, commentsPerPage, field, idOf, pathOf, type Dialect } from './dialect.ts';
import type { ForgeAccess } from '../../ports/forges.ts';

const developer = 30;

/**
 * GitLab. Statuses: https://docs.gitlab.com/api/commits/#set-commit-pipeline-status
 * Notes: https://docs.gitlab.com/api/notes/#merge-requests
 */
export const gitlab: Dialect = {
  root: ({ baseUrl }) => `${baseUrl}/api/v4`,
  headers: (token) => ({ 'private-token': token, accept: 'application/json' }),
  status: (access, { target, word, url, text, context, branch }) => ({
    method: 'POST',
    path: `${projectPath(access)}${pathOf('statuses', target)}`,
    body: {
      state: word,
      name: context,
      target_url: url,
      description: text,
      ...(branch !== null && { ref: branch }),
    },
  }),
  comments: {
    list: (access, pullRequest, page) => ({
      method: 'GET',
      isList: true,
      path: `${notesPath(access, pullRequest)}?sort=asc&order_by=created_at&per_page=${commentsPerPage}&page=${page}`,
    }),
    read: (body) => commentsOf(body, 'body'),
    create: (access, pullRequest, text) => ({
      method: 'POST',
      path: notesPath(access, pullRequest),
      body: { body: text },
    }),
    createdId: (body) => idOf(field(body, 'id')),
    update: (access, pullRequest, id, text) => ({
      method: 'PUT',
      path: `${notesPath(access, pullRequest)}${pathOf(id)}`,
      body: { body: text },
    }),
  },
  repository: (access) => ({ method: 'GET', path: projectPath(access) }),
  repositoryId: (body) => idOf(field(body, 'id')),
  missingRights({ body }) {
    const levels = ['project_access', 'group_access'].map((from) =>
      Number(field(body, 'permissions', from, 'access_level') ?? 0),
    );
    const isKnown = field(body, 'permissions') !== undefined;
    return [
      ...(field(body, 'archived') === true ? ['a project that is not archived'] : []),
      ...(isKnown && Math.max(...levels) < developer ? ['role Developer'] : []),
    ];
  },
  probes: () => [{ call: { method: 'GET', path: '/personal_access_tokens/self' }, right: 'scope api' }],
  remarks: ['On a protected branch, the token needs the role Maintainer.'],
  judge({ status, body }, sent) {
    if (status !== 400 || sent === null) return undefined;
    // It has this state already: an earlier answer was lost.
    const message = JSON.stringify(body);
    const from = /Cannot transition status via :\w+ from :(\w+)/.exec(message)?.[1];
    return from === sent.word ? 'done' : undefined;
  },
};

function projectPath({ repository }: ForgeAccess): string {
  return pathOf('projects', repository);
}

function notesPath(access: ForgeAccess, pullRequest: number): string {
  return `${projectPath(access)}${pathOf('merge_requests', pullRequest, 'notes')}`;
}
