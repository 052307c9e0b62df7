import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRelease } from '../../src/contract/original/create-release.ts';
import { send } from './support/send.ts';
import type { Encoding } from './support/send.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const hash = (digit: string) => digit.repeat(40);
const entries = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ commit: at.toString(16).padStart(40, '0'), tree: hash('a') }));

function create(fields: Readonly<Record<string, unknown>>, encoding: Encoding = 'json') {
  const given = Object.entries({ build_id: server.buildA, release_name: 'r', ...fields });
  return send(server, createRelease, given, { key: server.keyA, encoding });
}

async function stored(number: unknown) {
  return server.core.store.read(async (tx) => {
    const key = { buildId: server.buildA, name: 'r', number: Number(number) };
    return tx.baselines.find((await tx.releases.find(key))!.id);
  });
}

const story = {
  branch: 'feature/x',
  commit: `${hash('1')}+dirty`,
  head_commit: hash('2'),
  tree: hash('A'),
  base_branch: 'main',
  pull_request: 7,
  repository: 'GitHub.com/Owner/Name/',
  head_repository: 'git.example:8080/fork/name',
  history: [
    { commit: hash('B'), tree: hash('c') },
    { commit: hash('d'), tree: null },
  ],
  own: [hash('E')],
  history_note: 'fetched',
  author: { name: 'Ann', address: 'ann@example.com' },
  subset: true,
  fresh_review: false,
};

describe('what a client tells of git', () => {
  it.each(['json', 'form'] as const)('is kept as it was told, sent as %s', async (encoding) => {
    const asText = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : value);
    const sent =
      encoding === 'json'
        ? story
        : Object.fromEntries(Object.entries(story).map(([key, value]) => [key, asText(value)]));
    const { status, body } = await create(sent, encoding);
    expect([status, body['error']]).toEqual([200, undefined]);
    expect(await stored(body['release_number'])).toMatchObject({
      release: { branch: 'feature/x', commit: `${hash('1')}+dirty`, history: 'read', isSubset: true },
      origin: {
        headCommit: hash('2'),
        tree: hash('a'),
        baseBranch: 'main',
        pullRequest: '7',
        repository: 'github.com/owner/name',
        headRepository: 'git.example:8080/fork/name',
        history: [{ commit: hash('b'), tree: hash('c') }, { commit: hash('d') }],
        own: [hash('e')],
        historyNote: 'fetched',
        authorName: 'Ann',
        authorEmail: 'ann@example.com',
        freshReview: false,
      },
    });
  });

  it('500 entries are taken, and no history is another thing than an empty one', async () => {
    const full = await create({ history: entries(500), own: entries(100).map(({ commit }) => commit) });
    expect((await stored(full.body['release_number']))?.origin.history).toHaveLength(500);
    const empty = await create({ history: [], history_note: 'none: this folder is no work tree of git' });
    expect(await stored(empty.body['release_number'])).toMatchObject({ release: { history: 'none' } });
    const absent = await create({ branch: 'main', commit: hash('1') });
    expect(await stored(absent.body['release_number'])).toMatchObject({ release: { history: 'absent' } });
  });

  it.each<[string, unknown, RegExp]>([
    ['history', entries(501), /^history must have at most 500 entries, got 501\.$/],
    ['history', 'x', /^history is not valid JSON\.$/],
    ['history', {}, /^history must be a list, got \{\}\.$/],
    ['history', ['abc1234'], /^history must hold objects, but entry 1 is "abc1234"\.$/],
    ['history', [{ commit: hash('a') }, {}], /^history must have hashes .* entry 2 has nothing\.$/],
    ['history', [{ commit: hash('a'), tree: 'x' }], /^history must have hashes .* entry 1 has "x"\.$/],
    ['history', [{ commit: "a' or 1=1" }], /^history must have hashes /],
    [
      'history',
      entries(400).map((entry) => ({ ...entry, more: 'x'.repeat(400) })),
      /^history must have at most 131072 bytes, got \d+\.$/,
    ],
    ['own', entries(101).map(({ commit }) => commit), /^own must have at most 100 entries, got 101\.$/],
    ['own', [7], /^own must have hashes .* entry 1 has 7\.$/],
    ['author', 'Ann', /^author is not valid JSON\.$/],
    ['author', ['Ann'], /^author must be an object/],
    ['author', { name: 'a\u0000b' }, /^author\.name must not contain control characters/],
    ['author', { name: 7 }, /^author must have text as name, got 7\.$/],
    ['repository', 'https://github.com/owner/name', /^repository must be a host and a path/],
    ['repository', 'user:secret@git.example/x', /^repository must be a host and a path/],
    ['head_repository', 'git@github.com:owner/name', /^head_repository must be a host and a path/],
    ['repository', 'github.com', /^repository must be a host and a path/],
    ['tree', 'x', /^tree must be a hash/],
    ['pull_request', 'x', /^pull_request must be an integer/],
    ['subset', 'maybe', /^subset must be true or false/],
    [
      'baseline_release',
      'nothing #9',
      /^baseline_release names "nothing #9", and build \d+ has no such release/,
    ],
  ])('refuses %s=%j', async (name, value, message) => {
    const { status, body } = await create({ [name]: value });
    expect(String(body['error'])).toMatch(message);
    expect(status).toBe(name === 'baseline_release' ? 404 : 400);
    expect(String(body['error'])).not.toContain('secret');
  });

  it('a release that is skipped is good from the start, supersedes nothing and is no baseline', async () => {
    const client = server.client(server.keyA);
    const buildId = server.buildA;
    const open = await client.createRelease({ buildId, releaseName: 'skipping' });
    const { body } = await create({ release_name: 'skipping', skip_reason: 'no UI change' });
    expect(body).toMatchObject({ release_number: 2 });
    const { releases, baseline } = await client.listReleases({ buildId });
    const [skipped, before] = releases.filter(({ release }) => release.name === 'skipping');
    expect(skipped!.release).toMatchObject({
      status: 'good',
      decidedBy: 'server',
      decisionNote: 'skipped: no UI change',
    });
    expect(before!.release).toMatchObject({ number: open.releaseNumber, status: 'receiving' });
    expect(baseline).toBeNull();
  });

  it('a release is named by name, or by name and number', async () => {
    const first = await create({ release_name: 'nightly' });
    await create({ release_name: 'nightly' });
    const numbers: unknown[] = [];
    for (const named of ['nightly', 'nightly #1', 'nightly #2']) {
      const { body } = await create({ baseline_release: named });
      const found = await stored(body['release_number']);
      const baseline = await server.core.store.read((tx) =>
        tx.releases.findById(found!.origin.baselineReleaseId!),
      );
      numbers.push(baseline?.number);
    }
    expect(first.status).toBe(200);
    expect(numbers).toEqual([2, 1, 2]);
  });
});
