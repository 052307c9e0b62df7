import { commentsPerPage, field, pathOf, textField, type Dialect } from './dialect.ts';
import { commentsPath, likeGithub, repositoryPath } from './like-github.ts';

/**
 * GitHub and GitHub Enterprise Server.
 * Statuses: https://docs.github.com/en/rest/commits/statuses
 * Comments: https://docs.github.com/en/rest/issues/comments
 */
export const github: Dialect = {
  ...likeGithub,
  root({ baseUrl }) {
    const { protocol, host, pathname } = new URL(baseUrl);
    if (host === 'github.com' || host === 'api.github.com') return 'https://api.github.com';
    if (host.endsWith('.ghe.com')) return `${protocol}//api.${host.replace(/^api\./, '')}`;
    return pathname.endsWith('/api/v3') ? baseUrl : `${baseUrl}/api/v3`;
  },
  headers: (token) => ({
    authorization: `Bearer ${token}`,
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
  }),
  comments: {
    ...likeGithub.comments,
    list: (access, pullRequest, page) => ({
      method: 'GET',
      isList: true,
      path: `${commentsPath(access, pullRequest)}?per_page=${commentsPerPage}&page=${page}`,
    }),
  },
  missingRights({ header, body }, { appId }) {
    const archived = field(body, 'archived') === true ? ['a repository that is not archived'] : [];
    const scopes = header('x-oauth-scopes');
    if (scopes === null || appId !== null) return archived;
    const has = new Set(scopes.split(',').map((scope) => scope.trim()));
    const isPublic = field(body, 'private') === false;
    const mayWrite = field(body, 'permissions', 'push') !== false;
    const mayStatus = has.has('repo') || has.has('repo:status') || (isPublic && has.has('public_repo'));
    const mayComment = has.has('repo') || (isPublic && has.has('public_repo'));
    return [
      ...archived,
      ...(mayWrite ? [] : ['a role that may write to the repository']),
      ...(mayStatus ? [] : ['scope repo:status']),
      ...(mayComment ? [] : [`scope ${isPublic ? 'public_repo' : 'repo'} (for comments)`]),
    ];
  },
  probes: (access, repository) => [
    {
      call: {
        method: 'GET',
        path: `${repositoryPath(access)}${pathOf('commits', textField(repository, 'default_branch') || 'HEAD', 'status')}?per_page=1`,
      },
      right: 'Commit statuses: read and write',
    },
    {
      call: { method: 'GET', path: `${repositoryPath(access)}/pulls?per_page=1` },
      right: 'Pull requests: read and write (for comments)',
    },
  ],
  remarks: [
    'A fine-grained token does not say whether it may write: give it "Commit statuses" and "Pull requests" with read and write.',
  ],
  judge({ status, header, body }, sent) {
    const message = textField(body, 'message');
    if (status === 422 && sent !== null && /No commit found/i.test(message)) return 'no_commit';
    const isLimited = header('x-ratelimit-remaining') === '0' || header('retry-after') !== null;
    if (status === 403 && (isLimited || /rate limit/i.test(message))) return 'later';
    return undefined;
  },
};
