import { describe, expect, it } from 'vitest';
import { forgeLinks, fullCloneLine, shortCommit, type Source } from './forge-links.ts';

const hash = '4f2c1aa0000000000000000000000000000000aa';

function source(over: Partial<Source> = {}): Source {
  return {
    repository: 'github.com/shop/web',
    headRepository: null,
    pullRequest: 214,
    commit: hash,
    headCommit: null,
    branch: 'feature/new cart',
    ciUrl: null,
    ...over,
  };
}

describe('links to a forge', () => {
  it.each([
    ['github.com/shop/web', `/commit/${hash}`, '/pull/214', '/tree/feature/new%20cart'],
    ['github.shop.example/shop/web', `/commit/${hash}`, '/pull/214', '/tree/feature/new%20cart'],
    ['gitlab.com/a/b/web', `/-/commit/${hash}`, '/-/merge_requests/214', '/-/tree/feature/new%20cart'],
    ['bitbucket.org/shop/web', `/commits/${hash}`, '/pull-requests/214', '/branch/feature/new%20cart'],
    [
      'dev.azure.com/org/project/_git/web',
      `/commit/${hash}`,
      '/pullrequest/214',
      '?version=GBfeature%2Fnew%20cart',
    ],
    ['codeberg.org/shop/web', `/commit/${hash}`, '/pulls/214', '/src/branch/feature/new%20cart'],
    ['gitea.shop.example:3000/shop/web', `/commit/${hash}`, '/pulls/214', '/src/branch/feature/new%20cart'],
  ])('%s', (repository, commit, pullRequest, branch) => {
    const base = `https://${repository}`;
    expect(forgeLinks(source({ repository }))).toEqual({
      repository: base,
      commit: base + commit,
      pullRequest: base + pullRequest,
      branch: base + branch,
    });
  });

  it('knows a GitLab of any name by the page of its CI run', () => {
    const repository = 'git.shop.example/shop/web';
    expect(forgeLinks(source({ repository })).commit).toBeNull();
    const ciUrl = 'https://git.shop.example/shop/web/-/jobs/7';
    expect(forgeLinks(source({ repository, ciUrl })).pullRequest).toBe(
      'https://git.shop.example/shop/web/-/merge_requests/214',
    );
  });

  it('of a fork lead to its branch and commit, and to the pull request where it was made', () => {
    const links = forgeLinks(source({ headRepository: 'github.com/ann/web', headCommit: 'ab12cd34' }));
    expect(links.commit).toBe('https://github.com/ann/web/commit/ab12cd34');
    expect(links.branch).toBe('https://github.com/ann/web/tree/feature/new%20cart');
    expect(links.pullRequest).toBe('https://github.com/shop/web/pull/214');
  });

  it.each([
    'javascript:alert(1)',
    'github.com',
    'github.com/../x',
    'user@github.com/shop/web',
    'github.com/shop/web?x=1',
    'github.com/shop/web#x',
    'github.com\\@evil.example/x',
    'github.com/shop/"onclick=1',
    '-github.com/a/b',
    'notgithub.com.evil/a/b',
  ])('none for %j', (repository) => {
    expect(Object.values(forgeLinks(source({ repository })))).toEqual([null, null, null, null]);
  });

  it.each([
    [{ commit: 'main' }, 'commit'],
    [{ commit: '4f2c1aa/../../x' }, 'commit'],
    [{ branch: '../../settings' }, 'branch'],
    [{ branch: null }, 'branch'],
    [{ pullRequest: null }, 'pullRequest'],
  ] as const)('no link for %j', (over, part) => {
    expect(forgeLinks(source(over))[part]).toBeNull();
  });
});

it.each([
  [{ ciUrl: 'https://github.com/shop/web/actions/runs/1', repository: null }, 'fetch-depth: 0'],
  [{ ciUrl: 'https://git.shop.example/a/-/jobs/1', repository: null }, 'GIT_DEPTH: 0'],
  [{ ciUrl: null, repository: 'bitbucket.org/a/b' }, 'depth: full'],
  [{ ciUrl: 'https://dev.azure.com/a/b', repository: null }, 'fetchDepth: 0'],
  [{ ciUrl: 'https://app.circleci.com/jobs/1', repository: 'github.com/a/b' }, 'method: full'],
  [{ ciUrl: null, repository: null }, 'git fetch --unshallow'],
])('%j clones everything with %s', (from, line) => {
  expect(fullCloneLine(from)).toBe(line);
});

it('shortens hashes only', () => {
  expect(shortCommit(hash)).toBe('4f2c1aa');
  expect(shortCommit(`${hash}+dirty`)).toBe('4f2c1aa+dirty');
  expect(shortCommit('r1204')).toBe('r1204');
});
