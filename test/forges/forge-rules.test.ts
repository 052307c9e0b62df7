/** What reaches a forge when, and what never does. */

import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createForges } from '../../src/adapters/forges/forge-calls.ts';
import { forgeKinds } from '../../src/domain/forges/forge-kinds.ts';
import { listConnections, listDeliveries } from '../../src/services/forges/list-connections.ts';
import { createConnection, updateConnection } from '../../src/services/forges/save-connection.ts';
import { testConnection } from '../../src/services/forges/test-connection.ts';
import { createBuild } from '../../src/services/builds/create-build.ts';
import { updateBuild } from '../../src/services/builds/update-build.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { named, releaseNow, report, root, storeKinds, uploadImage } from '../support/server-world.ts';
import { deliverAll, here, hourMs, minuteMs, openForgeWorld } from './support/forge-world.ts';
import { servePages } from '../support/page-server.ts';
import { startForge } from './support/recording-forge.ts';

const code = (name: string): unknown => expect.objectContaining({ code: name });

describe('what a forge is told', () => {
  it('begins with the creation of a release, under a name that outlives the build’s', async () => {
    const tried = await openForgeWorld('github');
    const { world, forge } = tried;
    const release = await tried.release();
    await tried.deliver();
    expect(forge.statuses).toEqual([
      {
        target: here.commit,
        word: 'pending',
        text: 'waiting: 0 of 0 compared',
        url: 'http://dpxdt.test/release?id=1&name=feature&number=1',
        name: 'dpxdt/Shop',
      },
    ]);
    await updateBuild(world.deps, root, { buildId: world.build.id, name: 'Store' });
    await tried.addDifference(release);
    await tried.deliver();
    expect(forge.statuses.at(-1)).toMatchObject({
      name: 'dpxdt/Shop',
      word: 'failure',
      text: '1 of 1 differs, waiting for review',
    });
  });

  it('is nothing about an attempt that a newer one superseded, or about another repository', async () => {
    const tried = await openForgeWorld('github');
    const { world, forge } = tried;
    const old = await tried.release();
    await tried.release();
    await tried.deliver();
    await reviewRelease(world.deps, root, { ...named(old), decision: 'bad', note: 'late' });
    await tried.deliver();
    await tried.release({
      releaseName: 'other',
      repository: 'git.example/acme/elsewhere',
      headCommit: 'b'.repeat(40),
    });
    await tried.release({ releaseName: 'short', headCommit: 'abc1234', pullRequest: undefined });
    await tried.deliver();
    expect(forge.statuses.map(({ word, url }) => [word, new URL(url).searchParams.get('number')])).toEqual([
      ['pending', '2'],
    ]);
  });

  it('is no comment where nothing ever differed, and no second one where a person deleted it', async () => {
    const tried = await openForgeWorld('github');
    const { world, forge } = tried;
    const image = await uploadImage(world, 'a');
    const same = await tried.release();
    await report(world, same, '/', { image, refImage: image });
    await runsDone(world.deps, root, named(same));
    await tried.deliver();
    expect(forge.shown(here)).toEqual({ status: 'success', comments: [] });
    const release = await tried.release();
    const runId = await tried.addDifference(release);
    await tried.deliver();
    forge.comments[0]!.isDeleted = true;
    await tried.approve(release, runId);
    world.clock.advance(minuteMs);
    await tried.deliver();
    await reviewRelease(world.deps, root, { ...named(release), decision: 'reopen' });
    world.clock.advance(minuteMs);
    await tried.deliver();
    expect(forge.comments).toHaveLength(1);
    await tried.addDifference(await tried.release());
    await tried.deliver();
    expect(forge.shown(here).comments).toHaveLength(1);
    expect(await listDeliveries(world.deps, root, { state: 'failed' })).toEqual([]);
  });

  it('is one call for a burst of changes, and one for each state', async () => {
    const tried = await openForgeWorld('github');
    const { world, forge } = tried;
    const release = await tried.release();
    await tried.deliver();
    const [image, refImage, diffImage] = await Promise.all(
      ['a', 'b', 'c'].map((name) => uploadImage(world, name)),
    );
    const ids: number[] = [];
    for (let index = 0; index < 30; index++) {
      ids.push((await report(world, release, `/${index}`, { image, refImage, diffImage, distortion: 1 })).id);
      await tried.deliver();
    }
    await runsDone(world.deps, root, named(release));
    await tried.deliver();
    for (const id of ids) {
      await tried.approve(release, id);
      await tried.deliver();
    }
    expect(forge.statuses.map(({ word, text }) => `${word}: ${text}`)).toEqual([
      'pending: waiting: 0 of 0 compared',
      'failure: 30 of 30 differ, waiting for review',
      'success: all 30 differences approved',
    ]);
    expect(await releaseNow(world, release)).toMatchObject({ status: 'good', decidedBy: 'server' });
    expect(forge.calls.filter(({ does }) => does === 'update')).toHaveLength(1);
  });

  it('has the names of pages as data', async () => {
    const tried = await openForgeWorld('github');
    const release = await tried.release({ releaseName: '@team <b>`' });
    await tried.addDifference(release, '/a|b `x` @all <img src=x> [l](http://evil.test) --> **');
    await tried.deliver();
    expect(tried.forge.comments[0]!.text).toContain(
      '| `` /a\\|b `x` @\u200Ball <img src=x> [l](http://evil.test) --> ** `` | differs |',
    );
    expect(tried.forge.comments[0]!.text).toMatch(/^<!-- dpxdt:[0-9a-f]{8}:1 -->\n/);
  });

  it('is only a comment for a fork where the commits of forks are elsewhere, and it says so', async () => {
    const tried = await openForgeWorld('gitlab');
    const fork = { repository: 'gitlab.com/acme/shop', headRepository: 'gitlab.com/eve/shop' };
    await tried.addDifference(await tried.release(fork));
    await tried.deliver();
    expect(tried.forge.statuses).toEqual([]);
    expect(tried.forge.comments[0]!.text).toContain('keeps the commits of a fork in the fork');
  });

  it.each(storeKinds)(
    'is one more status for all builds of a commit, once there are two, on %s',
    async (store) => {
      const tried = await openForgeWorld('github', { summary: true }, store);
      const { world, forge, forges } = tried;
      const release = await tried.release();
      await tried.deliver();
      const summaries = () => forge.statuses.filter(({ name }) => name === 'dpxdt').map(({ text }) => text);
      expect(summaries()).toEqual([]);
      const { id: buildId } = await createBuild(world.deps, root, { name: 'Docs' });
      const other = {
        buildId,
        kind: 'github',
        baseUrl: forge.url,
        repository: 'acme/shop',
        token: forge.token,
      } as const;
      await expect(
        createConnection(world.deps, forges, root, { ...other, context: 'dpxdt/Shop' }),
      ).rejects.toEqual(code('conflict'));
      await createConnection(world.deps, forges, root, { ...other, summary: true });
      await createRelease(world.deps, root, {
        buildId,
        releaseName: 'docs',
        headCommit: here.commit,
        skipReason: 'no UI change',
      });
      await tried.deliver();
      await tried.addDifference(release);
      await tried.deliver();
      expect(summaries()).toEqual([
        '2 builds: 1 waiting, 1 skipped',
        '2 builds: 1 to review or rejected, 1 skipped',
      ]);
    },
  );
});

describe('a connection', () => {
  it('stops when the forge refuses the token, after one call, until it gets another', async () => {
    const tried = await openForgeWorld('gitea');
    const { world, forge, forges, connection } = tried;
    forge.faults.push({ what: 401, body: { message: `bad credentials: token ${forge.token}` } });
    await tried.release();
    await tried.deliver();
    await tried.release({ releaseName: 'second', headCommit: 'b'.repeat(40) });
    world.clock.advance(hourMs);
    await tried.deliver();
    expect(forge.calls).toHaveLength(1);
    const [listed] = await listConnections(world.deps, root, { buildId: world.build.id });
    expect(listed!.connection.problem).toBe('Gitea answered with status 401: bad credentials: token •••.');
    const key = { buildId: world.build.id, connectionId: connection.id };
    await updateConnection(world.deps, forges, root, { ...key, token: forge.token });
    await tried.deliver();
    expect(forge.statuses.map(({ target }) => target[0]).toSorted()).toEqual(['a', 'b']);
  });

  it('waits as long as a forge asks for, with everything', async () => {
    const tried = await openForgeWorld('github');
    const { world, forge } = tried;
    const reset = String(Math.floor((world.clock.now() + 20 * minuteMs) / 1_000));
    forge.faults.push({ what: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset } });
    await tried.release();
    await tried.deliver();
    await tried.release({ releaseName: 'second', headCommit: 'b'.repeat(40) });
    world.clock.advance(19 * minuteMs);
    await tried.deliver();
    expect(forge.calls).toHaveLength(1);
    world.clock.advance(2 * minuteMs);
    await tried.deliver();
    expect(forge.statuses).toHaveLength(2);
  });

  it('takes a commit that is no longer there for no fault, and gives up after a day', async () => {
    const tried = await openForgeWorld('github');
    const { world, forge } = tried;
    forge.faults.push({ what: 422, body: { message: `No commit found for SHA: ${here.commit}` } });
    await tried.release();
    await tried.deliver();
    expect(await listDeliveries(world.deps, root, { state: 'sent' })).toHaveLength(2);
    forge.faults.push(...Array.from({ length: 100 }, () => ({ what: 502 })));
    await tried.release({ releaseName: 'second', headCommit: 'b'.repeat(40) });
    for (let hours = 0; hours < 30; hours++) {
      await tried.deliver();
      world.clock.advance(1.3 * hourMs);
    }
    const [failed] = await listDeliveries(world.deps, root, { state: 'failed' });
    expect(failed!.delivery.lastError).toBe('GitHub answered with status 502: It says 502.');
    expect(forge.calls.length).toBeLessThan(30);
  });

  it('follows a forge to no other address', async () => {
    const tried = await openForgeWorld('github');
    const thief = await startForge('github');
    tried.forge.redirect = thief.url;
    await tried.release();
    await tried.deliver();
    expect([thief.calls, thief.strange]).toEqual([[], []]);
    const [failed] = await listDeliveries(tried.world.deps, root, { state: 'failed' });
    expect(failed!.delivery.lastError).toBe('GitHub answered with status 307.');
  });

  it('trusts no certificate of an unknown authority', async () => {
    const { world, deliver } = await openForgeWorld('github');
    const stranger = await servePages({}, { tls: true });
    onTestFinished(() => stranger.close());
    const forges = createForges({ rules: { allowPrivate: true }, clock: world.clock, version: '1' });
    const input = { buildId: world.build.id, kind: 'gitea', repository: 'acme/shop', token: 't' } as const;
    await createConnection(world.deps, forges, root, { ...input, context: 'c', baseUrl: stranger.origin });
    await createRelease(world.deps, root, { ...input, releaseName: 'r', headCommit: here.commit });
    await deliver();
    const [waiting] = await listDeliveries(world.deps, root, { state: 'waiting' });
    expect(waiting!.delivery.lastError).toMatch(/^The certificate of Gitea is not trusted/);
    expect(stranger.seen).toEqual([]);
  });

  it('speaks in another repository afresh once it leads there', async () => {
    const tried = await openForgeWorld('github');
    const { world, forge, forges, connection } = tried;
    await tried.release();
    await tried.deliver();
    const other = await startForge('github');
    const key = { buildId: world.build.id, connectionId: connection.id };
    const moved = { ...key, baseUrl: other.url };
    await expect(updateConnection(world.deps, forges, root, moved)).rejects.toEqual(code('invalid_argument'));
    await updateConnection(world.deps, forges, root, { ...moved, token: other.token });
    await tried.deliver();
    expect([forge.statuses.length, other.statuses.length]).toEqual([1, 1]);
  });

  it('P100: leads nowhere that the operator does not allow, by address or by name', async () => {
    const { world, forge } = await openForgeWorld('github');
    const guarded = createForges({
      rules: { allowPrivate: false, allow: ['git.corp'] },
      clock: world.clock,
      version: '1',
      resolve: async () => ['127.0.0.1'],
    });
    const buildId = world.build.id;
    const input = { buildId, kind: 'gitea', repository: 'acme/shop', token: 't', context: 'c' } as const;
    for (const baseUrl of [
      forge.url,
      'http://169.254.169.254',
      'http://git.example',
      'https://localhost',
      'https://[::1]:8443',
      'https://metadata.google.internal',
      'https://git.example:25',
    ]) {
      const made = createConnection(world.deps, guarded, root, { ...input, baseUrl });
      await expect(made, baseUrl).rejects.toEqual(code('url_not_allowed'));
    }
    for (const baseUrl of [
      'ftp://git.example',
      'https://u:p@git.example',
      'https://git.example?x',
      'git.example',
    ]) {
      const made = createConnection(world.deps, guarded, root, { ...input, baseUrl });
      await expect(made, baseUrl).rejects.toEqual(code('invalid_argument'));
    }
    for (const repository of [
      'shop',
      'acme/../shop',
      'acme/shop?x',
      'acme/shop/more',
      'a b/c',
      '/x',
      'acme/%2e',
    ]) {
      const made = createConnection(world.deps, guarded, root, {
        ...input,
        baseUrl: 'https://git.example',
        repository,
      });
      await expect(made, repository).rejects.toEqual(code('invalid_argument'));
    }
    // The name is checked, what it leads to only when it is called.
    await createConnection(world.deps, guarded, root, { ...input, baseUrl: 'https://git.example' });
    const before = forge.calls.length;
    await createRelease(world.deps, root, { buildId, releaseName: 'r', headCommit: here.commit });
    await deliverAll(world.deps, guarded);
    const failed = await listDeliveries(world.deps, root, { state: 'failed' });
    expect(failed.map(({ delivery }) => delivery.lastError)).toContainEqual(
      expect.stringContaining('This server may not access git.example: it is a private address'),
    );
    expect(forge.calls).toHaveLength(before);
  });

  it('of an App asks for a token with a key of its own, once an hour', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const token = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const tried = await openForgeWorld('github', { appId: '12345', token });
    await tried.addDifference(await tried.release());
    await tried.deliver();
    expect(tried.forge.strange).toEqual([]);
    expect(tried.forge.shown(here)).toMatchObject({ status: 'failure', comments: [expect.anything()] });
    expect(tried.forge.calls.filter(({ does }) => does === 'app token').length).toBeLessThanOrEqual(2);
    await tried.addDifference(await tried.release({ releaseName: 'second', headCommit: 'b'.repeat(40) }));
    await tried.deliver();
    expect(tried.forge.calls.filter(({ does }) => does === 'app token').length).toBeLessThanOrEqual(2);
  });

  it.each(forgeKinds)('with %s says which right is missing, and posts nothing', async (kind) => {
    const { world, forge, forges, connection } = await openForgeWorld(kind);
    const key = { buildId: world.build.id, connectionId: connection.id };
    const test = () => testConnection(world.deps, forges, root, key);
    expect(await test()).toMatchObject({ works: true, problem: null, missing: [] });
    forge.repository = {
      ...forge.repository,
      archived: true,
      isDisabled: true,
      permissions: { push: false, project_access: { access_level: 20 } },
    };
    forge.repositoryHeaders = { 'x-oauth-scopes': 'repository, read:org' };
    forge.faults.push({ does: 'probe', what: 403 });
    const refused = await test();
    expect(refused.works).toBe(false);
    expect(refused.problem).toMatch(/^The token lacks: /);
    forge.faults = [{ what: 404, body: { message: 'Not Found' } }];
    expect((await test()).problem).toMatch(/answered with status 404: Not Found\.$/);
    forge.repository = { ...forge.repository, id: 1, uuid: '{1}' };
    expect((await test()).problem).toMatch(/^Another repository has the name/);
    expect(forge.strange).toEqual([]);
    expect(forge.calls.filter(({ does }) => !['repository', 'probe'].includes(does))).toEqual([]);
  });

  it.each(storeKinds)('is shared by several servers on %s: each state is sent once', async (store) => {
    const tried = await openForgeWorld('github', {}, store);
    const { world, forge, forges } = tried;
    for (let index = 0; index < 12; index++) {
      await tried.release({
        releaseName: `r${index}`,
        headCommit: index.toString(16).repeat(40),
        pullRequest: 20 + index,
      });
    }
    const sent = await Promise.all([1, 2, 3].map(() => deliverAll(world.deps, forges)));
    expect(sent.reduce((sum, count) => sum + count)).toBe(24);
    expect(forge.statuses).toHaveLength(12);
    expect(new Set(forge.statuses.map(({ target }) => target)).size).toBe(12);
  });
});
