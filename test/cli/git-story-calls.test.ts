/** What the tools say of git before they send anything. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { callDpxdt } from '../support/call-dpxdt.ts';
import { githubJob, project, removeProjects } from '../support/git-stories.ts';

const folder = mkdtempSync(join(tmpdir(), 'dpxdt-git-calls-'));
afterAll(() => {
  removeProjects();
  rmSync(folder, { recursive: true });
});

const call = (currentFolder: string, flags: string[], env: Record<string, string>) =>
  callDpxdt(
    ['pair-diff', '--upload-build-id=1', '--server=http://127.0.0.1:9', ...flags, 'http://a/', 'http://b/'],
    { currentFolder, env },
  );

it('ends with 2 where the base is checked out for a pull request, and goes on where the user says what it is', async () => {
  const work = project();
  const base = work.commit('one');
  const event = join(folder, 'event.json');
  writeFileSync(event, JSON.stringify({ number: 7, pull_request: { head: { sha: 'a'.repeat(40) } } }));
  const env = {
    ...githubJob,
    GITHUB_EVENT_NAME: 'pull_request_target',
    GITHUB_EVENT_PATH: event,
    GITHUB_SHA: base,
    GITHUB_BASE_REF: 'main',
    GITHUB_HEAD_REF: 'feature',
    GITHUB_STEP_SUMMARY: '',
  };
  const refused = await call(work.folder, [], env);
  expect(refused).toMatchObject({ status: 2, stdout: '' });
  expect(refused.stderr).toMatch(
    new RegExp(`^dpxdt: This pull_request_target workflow has checked out ${base.slice(0, 8)}, [^\\n]*\\n$`),
  );
  expect(await call(work.folder, [`--commit=${base}`], env)).toMatchObject({ status: 5 });
});

it('warns and goes on where git cannot tell the history', async () => {
  const env = { ...githubJob, GITHUB_REF_NAME: 'main', GITHUB_SHA: 'a'.repeat(40), GITHUB_STEP_SUMMARY: '' };
  const { status, stderr } = await call(folder, [], env);
  expect(stderr).toMatch(/No history of git: this folder is no work tree of git\./);
  expect(status).toBe(5);
  const quiet = await call(folder, ['--no-git'], env);
  expect(quiet.stderr).not.toMatch(/git/);
});
