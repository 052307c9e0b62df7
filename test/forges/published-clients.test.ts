/** Other clients of the forges, made from what these publish: they send the same calls and read what Depicted posted. */

import { Gitlab } from '@gitbeaker/rest';
import { giteaApi } from 'gitea-js';
import { expect, it } from 'vitest';
import { createForges } from '../../src/adapters/forges/forge-calls.ts';
import type { ForgeKind } from '../../src/domain/forges/forge-kinds.ts';
import type { ForgeAccess, ForgeStatus } from '../../src/ports/forges.ts';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { here, openForgeWorld } from './support/forge-world.ts';
import { startForge, type RecordingForge } from './support/recording-forge.ts';

const repository = 'acme/shop';
const status = {
  target: here.commit,
  text: 'waiting: 12 of 40 compared',
  url: 'https://dpxdt.test/release?id=1&name=feature&number=1',
  context: 'dpxdt/Shop',
  key: 'dpxdt-1-01234567',
};

/** What Depicted does at a forge. */
async function callAll(kind: ForgeKind, forge: RecordingForge, word: string): Promise<void> {
  const forges = createForges({ rules: { allowPrivate: true }, clock: systemClock, version: '1' });
  const access: ForgeAccess = { kind, baseUrl: forge.url, repository, appId: null, token: forge.token };
  const sent: ForgeStatus = { ...status, word, branch: 'feature' };
  await forges.sendStatus(access, sent);
  const id = await forges.createComment(access, here.pullRequest, 'one');
  await forges.updateComment(access, here.pullRequest, id, 'two');
  expect(await forges.findComment(access, here.pullRequest, (text) => text === 'two')).toBe(id);
}

it('GitLab: gitbeaker sends the same calls', async () => {
  const [ours, theirs] = [await startForge('gitlab'), await startForge('gitlab')];
  await callAll('gitlab', ours, 'running');
  const { Commits, MergeRequestNotes } = new Gitlab({ host: theirs.othersUrl, token: theirs.token });
  await Commits.editStatus(repository, here.commit, 'running', {
    ...{ name: status.context, targetUrl: status.url, description: status.text, ref: 'feature' },
  });
  const { id } = await MergeRequestNotes.create(repository, here.pullRequest, 'one');
  await MergeRequestNotes.edit(repository, here.pullRequest, id, { body: 'two' });
  const found = await MergeRequestNotes.all(repository, here.pullRequest, {
    ...{ sort: 'asc', orderBy: 'created_at', perPage: 50, page: 1 },
  });
  expect(found.map(({ body }) => body)).toEqual(['two']);
  expect(ours.calls).toEqual(theirs.calls);
  expect([...ours.strange, ...theirs.strange]).toEqual([]);
});

it.each(['gitea', 'forgejo'] as const)('%s: gitea-js sends the same calls', async (kind) => {
  const [ours, theirs] = [await startForge(kind), await startForge(kind)];
  await callAll(kind, ours, 'pending');
  const { repos } = giteaApi(theirs.othersUrl, { token: theirs.token });
  await repos.repoCreateStatus('acme', 'shop', here.commit, {
    ...{ state: 'pending', target_url: status.url, description: status.text, context: status.context },
  });
  const { data: made } = await repos.issueCreateComment('acme', 'shop', here.pullRequest, { body: 'one' });
  await repos.issueEditComment('acme', 'shop', made.id!, { body: 'two' });
  const { data: found } = await repos.issueGetComments('acme', 'shop', here.pullRequest);
  expect(found.map(({ body }) => body)).toEqual(['two']);
  expect(ours.calls).toEqual(theirs.calls);
  expect([...ours.strange, ...theirs.strange]).toEqual([]);
});

it('GitLab: gitbeaker reads the status and the one comment that a release led to', async () => {
  const tried = await openForgeWorld('gitlab');
  const { forge, deliver } = tried;
  const { Commits, MergeRequestNotes } = new Gitlab({ host: forge.othersUrl, token: forge.token });
  const statuses = async () =>
    (await Commits.allStatuses(repository, here.commit)).map(
      ({ name, status: word, description, target_url: to }) => ({
        ...{ name, word, description, to },
      }),
    );
  const release = await tried.release();
  await deliver();
  const runId = await tried.addDifference(release);
  await deliver();
  const to = 'http://dpxdt.test/release?id=1&name=feature&number=1';
  const name = 'dpxdt/Shop';
  expect(await statuses()).toEqual([
    { name, to, word: 'running', description: 'waiting: 0 of 0 compared' },
    { name, to, word: 'failed', description: '1 of 1 differs, waiting for review' },
  ]);
  await tried.approve(release, runId);
  await deliver();
  expect((await statuses()).at(-1)).toEqual({
    ...{ name, to, word: 'success', description: 'the difference is approved' },
  });
  const notes = await MergeRequestNotes.all(repository, here.pullRequest);
  expect(notes.map(({ body }) => body)).toEqual([expect.stringContaining('**Depicted** `Shop`')]);
  expect(forge.strange).toEqual([]);
});
