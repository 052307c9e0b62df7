import { commentsOf, field, idOf, pathOf, type Dialect } from './dialect.ts';
import { repositoryPath } from './github.ts';

/**
 * Gitea and Forgejo: the same calls. Described by each installation at `/swagger.v1.json`.
 * https://docs.gitea.com/api/ and https://codeberg.org/api/swagger
 */
export const gitea: Dialect = {
  root: ({ baseUrl }) => `${baseUrl}/api/v1`,
  headers: (token) => ({ authorization: `token ${token}`, accept: 'application/json' }),
  status: (access, { target, word, url, text, context }) => ({
    method: 'POST',
    path: `${repositoryPath(access)}${pathOf('statuses', target)}`,
    body: { state: word, target_url: url, description: text, context },
  }),
  comments: {
    // All of an issue, in one answer.
    list: (access, pullRequest, page) =>
      page > 1
        ? null
        : {
            method: 'GET',
            isList: true,
            path: `${repositoryPath(access)}${pathOf('issues', pullRequest, 'comments')}`,
          },
    read: (body) => commentsOf(body, 'body'),
    create: (access, pullRequest, text) => ({
      method: 'POST',
      path: `${repositoryPath(access)}${pathOf('issues', pullRequest, 'comments')}`,
      body: { body: text },
    }),
    createdId: (body) => idOf(field(body, 'id')),
    update: (access, _pullRequest, id, text) => ({
      method: 'PATCH',
      path: `${repositoryPath(access)}${pathOf('issues', 'comments', id)}`,
      body: { body: text },
    }),
  },
  repository: (access) => ({ method: 'GET', path: repositoryPath(access) }),
  repositoryId: (body) => idOf(field(body, 'id')),
  missingRights: ({ body }) => [
    ...(field(body, 'archived') === true ? ['a repository that is not archived'] : []),
    ...(field(body, 'permissions', 'push') === false ? ['write access to the repository'] : []),
  ],
  probes: (access) => [
    {
      call: { method: 'GET', path: `${repositoryPath(access)}/issues/comments?limit=1` },
      right: 'write:issue (for comments)',
    },
  ],
  remarks: ['A token does not say its scopes: it needs write:repository, and write:issue for comments.'],
};
