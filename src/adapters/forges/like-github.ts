import type { ForgeAccess } from '../../ports/forges.ts';
import { commentsOf, field, idOf, pathOf, type CommentDialect, type Dialect } from './dialect.ts';

/** What Gitea and Forgejo took over from GitHub's API. */
export const likeGithub: Pick<Dialect, 'status' | 'repository' | 'repositoryId'> & {
  comments: Omit<CommentDialect, 'list'>;
} = {
  status: (access, { target, word, url, text, context }) => ({
    method: 'POST',
    path: `${repositoryPath(access)}${pathOf('statuses', target)}`,
    body: { state: word, target_url: url, description: text, context },
  }),
  comments: {
    read: (body) => commentsOf(body, 'body'),
    create: (access, pullRequest, text) => ({
      method: 'POST',
      path: commentsPath(access, pullRequest),
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
};

export function repositoryPath({ repository }: ForgeAccess): string {
  return pathOf('repos', ...repository.split('/'));
}

/** A pull request is an issue there. */
export function commentsPath(access: ForgeAccess, pullRequest: number): string {
  return `${repositoryPath(access)}${pathOf('issues', pullRequest, 'comments')}`;
}
