import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeOld } from '../support/stored-files.ts';
import { runDpxdt } from '../support/run-dpxdt.ts';
import { newFolder, startServerProcess } from '../support/running-server.ts';

interface Printed {
  build_id: number;
  key_id: string;
  secret: string;
  artifacts: number;
  problems: unknown[];
  queues: unknown[];
}

it('dpxdt admin works on data that nobody uses, and through a server that does', async () => {
  const folder = newFolder();
  const admin = async (args: string[], env: Record<string, string> = {}) => {
    const { status, stdout, stderr } = await runDpxdt(['admin', ...args, '--json'], {
      currentFolder: folder,
      env,
    });
    return { status, stderr, json: (stdout === '' ? {} : JSON.parse(stdout)) as Printed };
  };
  const { json: first } = await admin(['create-key', '--superuser', '--purpose', 'first']);
  const server = await startServerProcess(folder, ['--workers', '0', '--auth', 'on']);
  const locked = await admin(['make-superuser', first.key_id]);
  expect(locked.status).toBe(5);
  expect(locked.stderr).toMatch(/^dpxdt: A server is using .*\. Use that server with --server/);

  const as = (key: Printed) => ({
    DPXDT_SERVER: server.url,
    DPXDT_CLIENT_ID: key.key_id,
    DPXDT_CLIENT_SECRET: key.secret,
  });
  const { json: build } = await admin(['create-build', '--name', 'Shop'], as(first));
  const { json: ci } = await admin(['create-key', '--build', String(build.build_id)], as(first));
  const refused = await admin(['create-key', '--superuser'], as(ci));
  expect(refused).toMatchObject({ status: 5, stderr: expect.stringContaining('superuser') as string });
  expect((await admin(['make-superuser', ci.key_id], as(first))).status).toBe(0);
  const { json: second } = await admin(['create-key', '--superuser'], as(ci));
  expect((await admin(['revoke-key', first.key_id], as(second))).status).toBe(0);
  expect((await admin(['list-queues'], as(second))).json.queues).toEqual([]);
  expect((await admin(['fsck'], as(second))).json).toEqual({ artifacts: 0, runs: 0, problems: [] });
});

it('P47: dpxdt admin sweep waits a day, stops where too much would go, and goes on when told', async () => {
  const folder = newFolder();
  const dataFolder = join(folder, 'dpxdt-data');
  const artifacts = join(dataFolder, 'artifacts');
  const run = async (args: string[], env: Record<string, string> = {}) => {
    const { status, stdout, stderr } = await runDpxdt(args, { currentFolder: folder, env });
    return { status, stdout, stderr, json: stdout.startsWith('{') ? (JSON.parse(stdout) as object) : {} };
  };
  expect((await run(['admin', 'create-build', '--name', 'Shop'])).status).toBe(0);
  for (let index = 0; index < 120; index++) {
    const sha1 = createHash('sha1').update(`orphan ${index}`).digest('hex');
    mkdirSync(join(artifacts, sha1.slice(0, 2)), { recursive: true });
    writeFileSync(join(artifacts, sha1.slice(0, 2), sha1), `orphan ${index}`);
  }
  const young = await run(['admin', 'sweep']);
  expect(young).toMatchObject({
    status: 5,
    stderr: expect.stringMatching(/joined for less than a day/) as string,
  });
  expect((await run(['admin', 'sweep', '--dry-run'])).stdout).toMatch(
    /joined for less than a day, so a sweep removes nothing\. Sweep in 24 h, or add --confirm/,
  );
  makeOld(dataFolder);
  const stopped = await run(['admin', 'sweep']);
  expect(stopped.status).toBe(5);
  expect(stopped.stderr).toMatch(/^dpxdt: 120 of 120 files .* nothing was removed/);

  const server = await startServerProcess(folder, ['--workers', '0']);
  await server.untilOutput(/120 of 120 files/);
  const through = { DPXDT_SERVER: server.url };
  const counted = { files: 120, orphans: 120, trashed: 0 };
  const dry = await run(['admin', 'sweep', '--dry-run', '--json'], through);
  expect(dry.json).toMatchObject({
    ...counted,
    refusal: expect.stringMatching(/^120 of 120 .* a sweep removes nothing\. .*--confirm/) as string,
  });
  expect((await run(['admin', 'sweep', '--dry-run'], through)).stdout).toMatch(
    /Dry run: no files were moved\.\n120 of 120 files .*--confirm"\.\n$/,
  );
  expect((await run(['admin', 'sweep', '--json'], through)).status).toBe(5);
  const swept = await run(['admin', 'sweep', '--confirm', '--json'], through);
  expect(swept).toMatchObject({ status: 0, json: { files: 120, orphans: 120, trashed: 120, deleted: 0 } });
  server.process.kill('SIGTERM');
  expect((await server.result).status).toBe(0);
  const [day] = readdirSync(join(artifacts, 'trash'));
  expect(readdirSync(join(artifacts, 'trash', day!))).toHaveLength(120);
});

it('P46: a server refuses files whose database is gone, and dpxdt admin adopt joins what belongs together', async () => {
  const [folder, other] = [newFolder(), newFolder()];
  const run = (args: string[], currentFolder = folder) => runDpxdt(args, { currentFolder });
  const server = await startServerProcess(folder, ['--workers', '0']);
  const content = Buffer.from('an image');
  await server.client.upload({ buildId: 1, fileName: 'a.txt', content });
  server.process.kill('SIGTERM');
  await server.result;
  await run(['admin', 'create-build', '--name', 'Other'], other);

  const database = join(folder, 'dpxdt-data', 'dpxdt.sqlite');
  rmSync(database);
  for (const call of [
    ['server', '--port', '0'],
    ['admin', 'create-build', '--name', 'x'],
    ['migrate'],
    ['admin', 'fsck'],
  ]) {
    const { status, stderr } = await run(call);
    expect([status, stderr], call.join(' ')).toEqual([2, expect.stringMatching(/^dpxdt: .*dpxdt-data.*\n$/)]);
  }
  expect(existsSync(database)).toBe(false);
  writeFileSync(database, readFileSync(join(other, 'dpxdt-data', 'dpxdt.sqlite')));
  expect((await run(['server', '--port', '0'])).stderr).toMatch(
    /belong to a different database.*dpxdt admin adopt/,
  );
  const adopted = await run(['admin', 'adopt', '--json']);
  expect(adopted).toMatchObject({ status: 0, stdout: '{"adopted":true}\n' });
  expect((await run(['admin', 'fsck'])).status, 'young files are not called orphans').toBe(0);
});
