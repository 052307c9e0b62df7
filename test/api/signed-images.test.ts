/** Images in the comment on a pull request: what their links open, for whom, and for how long. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createForges } from '../../src/adapters/forges/forge-calls.ts';
import { deliverAll } from '../forges/support/forge-world.ts';
import { startForge, type RecordingForge } from '../forges/support/recording-forge.ts';
import { plainPng } from '../support/sample-pages.ts';
import { hostileNames } from '../support/hostile-strings.ts';
import { basic, startServer, type TestServer } from './support/server.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;
const images: Record<string, string> = {};
let server: TestServer;
let buildId: number;
let count = 0;

beforeAll(async () => {
  server = await startServer({ forgeRules: { allowPrivate: true } });
  buildId = server.buildA;
  for (const color of ['#ff0000', '#00ff00', '#0000ff']) {
    const content = new Uint8Array(await plainPng(300, 200, color));
    const { sha1sum } = await server.client().upload({ buildId, content, fileName: 'a.png' });
    images[color] = sha1sum;
  }
});
afterAll(() => server.close());

const forges = () => createForges({ rules: { allowPrivate: true }, clock: server.clock, version: '1' });
const deliver = () => deliverAll(server.core, forges());

async function connect(forge: RecordingForge, settings: { commentImages?: 'none' | 'signed' } = {}) {
  const made = { buildId, kind: 'github', baseUrl: forge.url, repository: 'acme/shop' } as const;
  const context = `status ${count++}`;
  const { connection } = await server
    .client()
    .createForgeConnection({ ...made, token: forge.token, context, ...settings });
  return { buildId, connectionId: connection.id };
}

/** A release of a pull request in which all of the runs differ, and what is said about it. */
async function differing(forge: RecordingForge, names: readonly string[]) {
  const client = server.client();
  const place = { commit: String(count % 10).repeat(40), pullRequest: 100 + count++ };
  const named = { buildId, releaseName: `r${place.pullRequest}` };
  const { releaseNumber } = await client.createRelease({
    ...named,
    ...{ headCommit: place.commit, pullRequest: place.pullRequest },
  });
  const key = { ...named, releaseNumber };
  const [image, refImage, diffImage] = ['#ff0000', '#00ff00', '#0000ff'].map((color) => images[color]!);
  for (const runName of names) {
    await client.reportRun({ ...key, runName, image, refImage, diffImage, distortion: 0.5 });
  }
  await client.runsDone(key);
  await deliver();
  return { key, place, text: () => forge.shown(place).comments.join('\n') };
}

const linksIn = (text: string) =>
  [...text.matchAll(/!\[[^\n]*?\]\((https:[^)\s]+)\)/g)].map(([, url]) => url!);
/** The server knows itself under another name than the test. */
const get = (link: string, headers: Record<string, string> = {}) =>
  fetch(link.replace('https://depicted.example', server.url), { headers });

it('P110: are in no comment unless the connection asks for them', async () => {
  const forge = await startForge('github');
  const key = await connect(forge);
  const { text } = await differing(forge, ['/cart']);
  expect(text()).toContain('`/cart`');
  expect(linksIn(text())).toEqual([]);
  await expect(
    server.client().updateForgeConnection({ ...key, commentImages: 'public' as never }),
  ).rejects.toMatchObject({ code: 'invalid_argument' });
  await server.client().deleteForgeConnection(key);
});

it('P110: shows the first five that differ to anyone who has the link, and leads to their pages', async () => {
  const forge = await startForge('github');
  const key = await connect(forge, { commentImages: 'signed' });
  const { text, key: release } = await differing(forge, ['/6', '/5', '/4', '/3', '/2', '/1']);
  const links = linksIn(text());
  expect(links).toHaveLength(5);
  expect(text()).toContain(
    `](https://depicted.example/run?id=${buildId}&name=${release.releaseName}&number=1&test=%2F1)`,
  );
  const answer = await get(links[0]!);
  expect(answer.status).toBe(200);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'image/webp',
    'cache-control': 'private, max-age=3600',
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
    'x-robots-tag': 'noindex',
    'content-security-policy': expect.stringContaining("default-src 'none'; sandbox") as string,
  });
  expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(50);
  const again = await get(links[0]!, { 'if-none-match': answer.headers.get('etag')! });
  expect(again.status).toBe(304);
  // Keys of other builds see neither more nor less than a stranger: the link decides.
  expect((await get(links[0]!, basic(server.keyB))).status).toBe(200);
  expect(JSON.stringify(server.log)).not.toContain(new URL(links[0]!).searchParams.get('signature'));
  await server.client().deleteForgeConnection(key);
});

it('P110: opens nothing that was changed in any part, and says always the same', async () => {
  const forge = await startForge('github');
  const key = await connect(forge, { commentImages: 'signed' });
  const one = linksIn((await differing(forge, ['/a'])).text())[0]!;
  const other = linksIn((await differing(forge, ['/b'])).text())[0]!;
  const part = (link: string, name: string) => new URL(link).searchParams.get(name)!;
  const changed = [
    one.replace(/signature=.*/, `signature=${part(other, 'signature')}`),
    one.replace(new URL(one).pathname, new URL(other).pathname),
    one.replace(/image=[0-9a-f]+/, `image=${images['#00ff00']}`),
    one.replace(/expires=\d+/, (found) => `${found}0`),
    one.replace(/expires=\d+/, 'expires=99999999999'),
    one.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    one.replace(/signature=.*/, 'signature='),
    one.replace('.webp', '.png'),
    one.replace(/\/(\d+)-/, '/0$1-'),
    one.replace(/image=([0-9a-f]+)/, (_, sha1: string) => `image=${sha1.toUpperCase()}`),
    one.split('?')[0]!,
    one.replace('/signed-image/', '/signed-image/..%2f'),
    ...hostileNames.map(({ text }) => one.replace(/signature=.*/, `signature=${encodeURIComponent(text)}`)),
    ...hostileNames.map(({ text }) => one.replace(/image=[^&]*/, `image=${encodeURIComponent(text)}`)),
  ].filter((link) => link !== one);
  for (const link of changed) {
    const answer = await get(link);
    const { error, code } = (await answer.json()) as { error: string; code: string };
    expect([answer.status, code, error], link).toEqual([
      404,
      'not_found',
      'There is no such image, or its link has expired.',
    ]);
  }
  expect((await get(one.replace('&signature=', '&signature=x&signature='))).status).toBe(400);
  expect((await get(one)).status).toBe(200);
  await server.client().deleteForgeConnection(key);
});

it('P110: ends with its release, its setting, and after 30 days', async () => {
  const forge = await startForge('github');
  const key = await connect(forge, { commentImages: 'signed' });
  const { key: release, text } = await differing(forge, ['/a']);
  const client = server.client();
  const [link] = linksIn(text());
  const status = async () => (await get(link!)).status;
  expect(await status()).toBe(200);
  await client.deleteRelease({ ...release, confirm: release.releaseName });
  expect(await status()).toBe(404);
  await client.restoreRelease(release);
  expect(await status()).toBe(200);

  await client.updateForgeConnection({ ...key, commentImages: 'none' });
  expect(await status()).toBe(404);
  server.clock.advance(minuteMs);
  await deliver();
  expect(linksIn(text())).toEqual([]);
  await client.updateForgeConnection({ ...key, commentImages: 'signed', comments: false });
  expect(await status()).toBe(404);
  await client.updateForgeConnection({ ...key, comments: true });
  expect(await status()).toBe(200);
  server.clock.advance(minuteMs);
  await deliver();
  expect(linksIn(text())).toEqual([link]);

  server.clock.advance(30 * dayMs - 10 * minuteMs);
  expect(await status()).toBe(200);
  const nearTheEnd = (await get(link!)).headers.get('cache-control');
  expect(Number(/max-age=(\d+)/.exec(nearTheEnd!)![1])).toBeLessThanOrEqual(600);
  server.clock.advance(10 * minuteMs);
  expect(await status()).toBe(404);
  await client.deleteForgeConnection(key);
});

it('P110: of a connection that is gone opens nothing', async () => {
  const forge = await startForge('github');
  const key = await connect(forge, { commentImages: 'signed' });
  const [link] = linksIn((await differing(forge, ['/a'])).text());
  expect((await get(link!)).status).toBe(200);
  await server.client().deleteForgeConnection(key);
  expect((await get(link!)).status).toBe(404);
});

it('is one line of the comment, whatever the page is called', async () => {
  const forge = await startForge('github');
  const key = await connect(forge, { commentImages: 'signed' });
  for (const { what, text: name } of hostileNames.filter(
    ({ text }) => text.trim() !== '' && text.length < 300,
  )) {
    const { text } = await differing(forge, [name]).catch(() => ({ text: () => '' }));
    if (text() === '') continue;
    const line = text()
      .split('\n')
      .filter((of) => of.startsWith('[!['));
    expect(line, what).toHaveLength(1);
    expect(line[0], what).toMatch(
      /^\[!\[.*\]\(https:\/\/depicted\.example\/signed-image\/\S+\)\]\(https:\S+\)$/u,
    );
    expect(line[0]!.replace(/\\./g, '').match(/\]\(/g), what).toHaveLength(2);
    expect(line[0], what).not.toMatch(/@[^\u200B]/);
  }
  await server.client().deleteForgeConnection(key);
});
