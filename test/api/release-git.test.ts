import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRelease } from '../../src/contract/original/create-release.ts';
import { listBranches, listReleases } from '../../src/contract/v1/releases.ts';
import { send } from './support/send.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await create('first', { branch: 'main', commit: hash('1'), history: [], history_note: 'full' });
  await create('change', {
    branch: 'change',
    commit: hash('3'),
    head_commit: hash('2'),
    base_branch: 'main',
    pull_request: 7,
    repository: 'git.example/shop',
    head_repository: 'git.example/fork',
    history: [{ commit: hash('1') }],
    history_note: 'fetched',
    author: { name: 'Ann', address: 'ann@example.com' },
    subset: true,
  });
  await create('nothing', { branch: 'change', skip_reason: 'no UI change' });
  await create('plain', {});
});
afterAll(() => server.close());

const hash = (digit: string) => digit.repeat(40);

async function create(name: string, fields: Readonly<Record<string, unknown>>) {
  const given = Object.entries({ build_id: server.buildA, release_name: name, ...fields });
  const { status } = await send(server, createRelease, given, { key: server.keyA, encoding: 'json' });
  expect(status).toBe(200);
}

async function names(filter: { branch?: string; pullRequest?: number }) {
  const { releases } = await server.client(server.keyA).listReleases({ buildId: server.buildA, ...filter });
  return releases.map(({ release }) => release.name);
}

it('a release says where its code stands in git', async () => {
  const { releases } = await server.client(server.keyA).listReleases({ buildId: server.buildA });
  const [plain, nothing, change, first] = releases.map(({ release }) => release);
  expect(first).toMatchObject({ followsGit: true, isOnMain: true, isSubset: false, skipReason: null });
  expect(change).toMatchObject({
    commit: hash('3'),
    headCommit: hash('2'),
    baseBranch: 'main',
    pullRequest: 7,
    repository: 'git.example/shop',
    headRepository: 'git.example/fork',
    author: { name: 'Ann', address: 'ann@example.com' },
    historyNote: 'fetched',
    followsGit: true,
    isOnMain: false,
    isSubset: true,
  });
  expect(nothing).toMatchObject({ skipReason: 'no UI change', followsGit: false });
  expect(plain).toMatchObject({ author: null, followsGit: false, isOnMain: false, pullRequest: null });
});

it('names the author to members of the build only', async () => {
  await server.core.store.transaction(async (tx) => {
    await tx.builds.update({ ...(await tx.builds.find(server.buildA))!, isPublic: true });
  });
  const { body } = await send(server, listReleases, [['build_id', server.buildA]], { key: server.keyB });
  expect(body).toMatchObject({ total: 4 });
  expect(JSON.stringify(body)).not.toContain('Ann');
  expect(JSON.stringify(body)).not.toContain('ann@');
});

it('lists the releases of a branch or of a pull request', async () => {
  expect(await names({ branch: 'change' })).toEqual(['nothing', 'change']);
  expect(await names({ branch: 'chang' })).toEqual([]);
  expect(await names({ pullRequest: 7 })).toEqual(['change']);
  expect(await names({ branch: 'main', pullRequest: 7 })).toEqual([]);
  const wrong = await send(server, listReleases, [
    ['build_id', server.buildA],
    ['pull_request', 'x'],
  ]);
  expect(wrong).toMatchObject({ status: 400, body: { details: { parameter: 'pull_request' } } });
});

it('lists the branches, the one with the newest release first', async () => {
  await create('more', { branch: 'main', commit: hash('4') });
  const { branches } = await server.client(server.keyA).listBranches({ buildId: server.buildA });
  expect(branches.map(({ name, isMain, newestRelease }) => [name, isMain, newestRelease.name])).toEqual([
    ['main', true, 'more'],
    ['change', false, 'nothing'],
  ]);
  const foreign = await send(server, listBranches, [['build_id', server.buildB]], { key: server.keyA });
  expect(foreign.status).toBe(404);
});
