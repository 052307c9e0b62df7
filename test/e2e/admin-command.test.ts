import { expect, it } from 'vitest';
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
  expect(locked.stderr).toMatch(/^dpxdt: A server is using .*\. Go through it with --server/);

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
