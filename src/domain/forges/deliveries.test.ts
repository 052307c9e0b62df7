import { describe, expect, it } from 'vitest';
import { contextOf } from './connection.ts';
import { nextAttemptAt, nextStep } from './delivery-schedule.ts';
import { deliveryTargets } from './delivery-target.ts';
import { checkForgeAddress, checkRepository, forgeKinds, forgeTraits } from './forge-kinds.ts';
import type { ForgeKind } from './forge-kinds.ts';

const head = 'a'.repeat(40);
const merge = 'b'.repeat(40);

type Git = {
  headCommit: string | null;
  pullRequest: string | null;
  repository: string | null;
  headRepository: string | null;
};

function targets(kind: ForgeKind, git: Partial<Git> = {}, { commit = merge, summary = false } = {}) {
  const all = {
    headCommit: head,
    pullRequest: '7',
    repository: 'forge.test/acme/shop',
    headRepository: null,
    ...git,
  };
  const connection = { kind, repository: 'acme/shop', comments: true, summary };
  return deliveryTargets(connection, { commit, git: all }).map((found) => `${found.kind} ${found.target}`);
}

describe('which places a release is about', () => {
  it('is the branch’s own commit, never the test merge, and the pull request', () => {
    expect(targets('github')).toEqual([`status ${head}`, 'comment pull/7']);
    expect(targets('github', { headCommit: null })).toEqual([`status ${merge}`, 'comment pull/7']);
    expect(targets('github', { pullRequest: null }, { summary: true })).toEqual([
      `status ${head}`,
      `summary ${head}`,
    ]);
    expect(targets('bitbucket_data_center')).toEqual([`status ${head}`]);
    expect(targets('azure_devops')).toEqual(['status pull/7', 'comment pull/7']);
    expect(targets('azure_devops', { pullRequest: null })).toEqual([]);
  });

  it('is nothing of another repository, and no status without a whole hash', () => {
    expect(targets('github', { repository: 'forge.test/acme/docs' })).toEqual([]);
    expect(targets('github', { repository: 'forge.test/acme/Shop.git' })).toHaveLength(2);
    expect(targets('github', { headCommit: null, pullRequest: null }, { commit: 'abc1234' })).toEqual([]);
    expect(targets('github', { headCommit: `${head}/../x` })).toEqual(['comment pull/7']);
    expect(targets('github', { pullRequest: '7/../8' })).toEqual([`status ${head}`]);
  });

  it('is no status of a fork’s commit where that is in the fork', () => {
    const fork = { headRepository: 'forge.test/eve/shop' };
    const withStatus = forgeKinds.filter((kind) =>
      targets(kind, fork).some((found) => found.startsWith('status')),
    );
    expect(withStatus).toEqual(['github', 'gitea', 'forgejo', 'azure_devops']);
  });
});

describe('when a delivery is tried again', () => {
  const minuteMs = 60_000;
  const at = (attempts: number, retryAt: number | null = null, random = 0.5) =>
    nextAttemptAt({ attempts, failingSince: 0 }, 1_000, { retryAt, random });

  it('is after 5 s, 30 s, 2 min, 10 min and an hour, then hourly for a day', () => {
    const pauses = [1, 2, 3, 4, 5, 6].map((attempts) => at(attempts)! - 1_000);
    expect(pauses).toEqual([5_000, 30_000, 2 * minuteMs, 10 * minuteMs, 60 * minuteMs, 60 * minuteMs]);
    expect(
      nextAttemptAt({ attempts: 30, failingSince: 0 }, 24 * 60 * minuteMs, { retryAt: null, random: 0 }),
    ).toBeNull();
  });

  it('is spread by a fifth, and never before the forge wants it, within reason', () => {
    expect([at(1, null, 0), at(1, null, 0.999)]).toEqual([5_000, 6_998]);
    expect(at(1, 100_000)).toBe(100_000);
    expect(at(1, 1_000 * 60 * minuteMs)).toBe(1_000 + 6 * 60 * minuteMs);
  });

  it('is no call for what the forge knows, and few for texts of one state', () => {
    const sent = { sentHash: 'a', sentWord: 'pending', sentAt: 0 };
    const wanted = { hash: 'b', word: 'pending', isPending: true };
    const takes = { takesSameState: true };
    expect(nextStep(sent, { ...wanted, hash: 'a' }, 0, takes)).toBe('skip');
    expect(nextStep(sent, { ...wanted, word: 'success', isPending: false }, 0, takes)).toBe('send');
    expect(nextStep(sent, wanted, 0, takes)).toEqual({ waitUntil: minuteMs });
    expect(nextStep(sent, wanted, minuteMs, takes)).toBe('send');
    // GitLab refuses the state that it shows, whatever the text.
    expect(nextStep(sent, wanted, minuteMs, { takesSameState: false })).toBe('skip');
  });
});

describe('a connection', () => {
  it('has the address and the repository of its forge', () => {
    expect(checkForgeAddress('github', undefined)).toBe('https://github.com');
    expect(checkForgeAddress('gitlab', 'https://git.corp/gitlab/')).toBe('https://git.corp/gitlab');
    expect(() => checkForgeAddress('gitea', undefined)).toThrow('base_url is missing');
    for (const bad of ['x', 'file:///etc', 'https://a:b@c', 'https://c?d', 'https://c#d'])
      expect(() => checkForgeAddress('gitea', bad), bad).toThrow('base_url must be an address');
    for (const good of ['12345', 'group/sub/project']) expect(checkRepository('gitlab', good)).toBe(good);
    for (const bad of ['', 'a', 'a/b/c', 'a/..', 'a//b', 'a/b ', 'a/b?c', 'a/\u0000', '../../x'])
      expect(() => checkRepository('github', bad), bad).toThrow('repository must be written as GitHub');
  });

  it('has a repository by its name, also one that is written as git writes it, but never by an address', () => {
    for (const kind of forgeKinds) {
      const name = forgeTraits[kind].repositoryExample;
      for (const given of [`${name}.git`, `${name}/`, `${name}.git/`]) {
        expect(checkRepository(kind, given), given).toBe(name);
      }
      for (const given of [
        `https://forge.test/${name}.git`,
        `http://user:hunter2@forge.test/${name}`,
        `ssh://git@forge.test:2222/${name}.git`,
        `git@forge.test:${name}.git`,
        ` git://forge.test//${name} `,
      ]) {
        const trying = () => checkRepository(kind, given);
        expect(trying, given).toThrow(`not an address: enter the name, such as "${name}"`);
        expect(trying, given).not.toThrow('hunter2');
      }
    }
    for (const bad of ['.git', '/.git', 'a/.git', 'https://', 'git@x:', 'https://x/'])
      expect(() => checkRepository('github', bad), bad).toThrow('repository must be');
  });

  it('names its status after the build, at most 100 characters', () => {
    expect(contextOf('Shop')).toBe('dpxdt/Shop');
    expect([...contextOf('🛒'.repeat(200))]).toHaveLength(100);
  });
});
