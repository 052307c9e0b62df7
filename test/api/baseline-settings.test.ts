import { afterAll, beforeAll, expect, it } from 'vitest';
import { updateBuild } from '../../src/contract/v1/builds.ts';
import type { Encoding } from './support/send.ts';
import { send } from './support/send.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const change = (fields: Readonly<Record<string, unknown>>, encoding: Encoding = 'json') =>
  send(server, updateBuild, Object.entries({ build_id: server.buildA, ...fields }), {
    key: server.superKey,
    encoding,
  });

const settings = {
  main_branches: ['main', 'release/*'],
  baseline: 'newest_good',
  first_run: 'review',
  new_images: 'pass',
  removed_images: 'pass',
  main_unreviewed: 'skip',
  baseline_wait_seconds: 0,
  carry_over: 'off',
  carry_over_days: 7,
  carry_over_across_engines: true,
  fresh_review: true,
  name_reviewers: true,
};

it('a build has the settings of baselines, at first their defaults', async () => {
  const { build } = await server.client(server.keyB).listReleases({ buildId: server.buildB });
  expect(build).toMatchObject({
    mainBranches: ['main', 'master', 'trunk'],
    baseline: 'auto',
    firstRun: 'accept',
    newImages: 'review',
    removedImages: 'review',
    mainUnreviewed: 'use',
    baselineWaitSeconds: 600,
    carryOver: 'changes',
    carryOverDays: 90,
    carryOverAcrossEngines: false,
    freshReview: false,
    nameReviewers: false,
  });
});

it.each(['json', 'form'] as const)('update_build changes them, sent as %s', async (encoding) => {
  const asText = { ...settings, main_branches: JSON.stringify(settings.main_branches) };
  const { status, body } = await change(encoding === 'json' ? settings : asText, encoding);
  expect([status, body['build']]).toEqual([200, expect.objectContaining(settings)]);
  const { build } = await server.client(server.keyA).listReleases({ buildId: server.buildA });
  expect(build).toMatchObject({ mainBranches: ['main', 'release/*'], carryOverDays: 7, nameReviewers: true });
  const back = await change({ carry_over: 'exact' });
  expect(back.body['build']).toMatchObject({ ...settings, carry_over: 'exact' });
});

it.each<[string, unknown, RegExp]>([
  ['main_branches', [], /^main_branches must have 1 to 20 names or patterns of branches, got 0\.$/],
  ['main_branches', Array.from({ length: 21 }, (_, at) => `b${at}`), /^main_branches must have 1 to 20 /],
  ['main_branches', 'main', /^main_branches is not valid JSON\.$/],
  ['main_branches', { main: true }, /^main_branches must be a list of names or patterns of branches\.$/],
  ['main_branches', ['main', 7], /^main_branches must be a list /],
  ['main_branches', ['x'.repeat(201)], /^main_branches must be at most 200 characters long/],
  ['main_branches', ['a\nb'], /^main_branches must not contain control characters/],
  ['baseline', 'newest', /^baseline must be one of "auto", "newest_good", got "newest"\.$/],
  ['first_run', 'pass', /^first_run must be one of /],
  ['new_images', 'accept', /^new_images must be one of /],
  ['removed_images', 'accept', /^removed_images must be one of /],
  ['main_unreviewed', 'no', /^main_unreviewed must be one of /],
  ['baseline_wait_seconds', -1, /^baseline_wait_seconds must be an integer from 0 to 86400/],
  ['baseline_wait_seconds', 86_401, /^baseline_wait_seconds must be an integer from 0 to 86400/],
  ['carry_over', 'similar', /^carry_over must be one of "off", "exact", "changes"/],
  ['carry_over_days', 0, /^carry_over_days must be an integer from 1 to 3650/],
  ['fresh_review', 'maybe', /^fresh_review must be true or false/],
  ['name_reviewers', 2, /^name_reviewers must be true or false/],
])('refuses %s=%j', async (name, value, message) => {
  const { status, body } = await change({ [name]: value });
  expect(String(body['error'])).toMatch(message);
  expect([status, body['details']]).toEqual([400, expect.objectContaining({ parameter: name })]);
});
