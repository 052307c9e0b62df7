import { field, type Dialect } from './dialect.ts';
import { commentsPath, likeGithub, repositoryPath } from './like-github.ts';

/**
 * Gitea and Forgejo: the same calls. Described by each installation at `/swagger.v1.json`.
 * https://docs.gitea.com/api/ and https://codeberg.org/api/swagger
 */
export const gitea: Dialect = {
  ...likeGithub,
  root: ({ baseUrl }) => `${baseUrl}/api/v1`,
  headers: (token) => ({ authorization: `token ${token}`, accept: 'application/json' }),
  comments: {
    ...likeGithub.comments,
    // All of an issue, in one answer.
    list: (access, pullRequest, page) =>
      page > 1 ? null : { method: 'GET', isList: true, path: commentsPath(access, pullRequest) },
  },
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
