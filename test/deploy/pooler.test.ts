/** PgBouncer between the servers and PostgreSQL. */
import { spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openPostgresStore } from '../../src/adapters/database/postgres-store.ts';
import type { Logger } from '../../src/ports/logger.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { freePort } from '../support/free-port.ts';
import { unprivilegedAccount } from '../support/postgres.ts';
import { versionOf } from '../support/proxies.ts';
import {
  atOnce,
  createPostgresDatabase,
  named,
  newRelease,
  openWorld,
  root,
  runNow,
  storeKinds,
} from '../support/server-world.ts';

vi.setConfig({ testTimeout: 120_000 });

const version = versionOf('pgbouncer', '--version');
/** Older ones keep no prepared statements in transaction mode. */
const followsStatements = /PgBouncer 1\.(2[1-9]|[3-9]\d)\./.test(version ?? '');

async function startPgBouncer(databaseUrl: string, mode: 'session' | 'transaction'): Promise<string> {
  const { hostname, port: databasePort, pathname } = new URL(databaseUrl);
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-pooler-'));
  const account = unprivilegedAccount();
  if (account !== null) chownSync(folder, account.uid, account.gid);
  const settings = [
    '[databases]',
    `* = host=${hostname} port=${databasePort} user=postgres`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    `pool_mode = ${mode}`,
    ...(followsStatements ? ['max_prepared_statements = 200'] : []),
  ];
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(file, settings.join('\n'));
  const child = spawn('pgbouncer', [file], { ...account, stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  await new Promise<void>((resolve, reject) => {
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      if (log.includes('process up')) resolve();
    });
    child.once('exit', () => reject(new Error(`pgbouncer ended: ${log}`)));
  });
  return `postgres://postgres@127.0.0.1:${port}${pathname}`;
}

describe.runIf(version !== null)('a server behind PgBouncer', () => {
  beforeAll(() => expect(storeKinds).toContain('postgres'));

  it.each(['session', 'transaction'] as const)('in %s mode makes releases', async (mode) => {
    const databaseUrl = await createPostgresDatabase();
    const warnings: string[] = [];
    const logger = { warn: (message: string) => void warnings.push(message) } as unknown as Logger;
    const url = await startPgBouncer(databaseUrl, mode);
    // A second start meets what the first left in the pooler's sessions.
    await (await openPostgresStore({ url, logger })).close();
    const world = await openWorld('postgres', await openPostgresStore({ url, logger }));
    const releases = await atOnce(4, (index) => newRelease(world, `r${index}`));
    await atOnce(80, (index) =>
      requestRun(world.deps, root, {
        ...named(releases[index % 4]!),
        url: `http://shop.test/${index}`,
      }),
    );
    expect((await runNow(world, releases[0]!, '/76')).name).toBe('/76');
    const expected =
      mode === 'session' || followsStatements
        ? []
        : [expect.stringContaining('keeps no prepared statements')];
    expect([...new Set(warnings)]).toEqual(expected);
  });
});
