import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openPostgresChannel } from '../../src/adapters/notify/postgres-channel.ts';
import { createPostgresDatabase, storeKinds } from '../support/server-world.ts';

const logger = { debug() {}, info() {}, warn() {}, error() {} };

async function openChannel(url: string) {
  const channel = openPostgresChannel({ url, logger, retryMs: 50 });
  onTestFinished(() => channel.close());
  await expect.poll(() => channel.isListening).toBe(true);
  return channel;
}

describe.runIf(storeKinds.includes('postgres'))('jobs that one server does for all', () => {
  it('P71: one server leads a job until it ends; other jobs and databases are led separately', async () => {
    const url = await createPostgresDatabase();
    const [one, other] = [await openChannel(url), await openChannel(url)];
    expect(await one.leads('sweep')).toBe(true);
    expect(await one.leads('sweep')).toBe(true);
    expect(await other.leads('sweep')).toBe(false);
    expect(await other.leads('tidy')).toBe(true);
    const elsewhere = await openChannel(await createPostgresDatabase());
    expect(await elsewhere.leads('sweep')).toBe(true);
    await one.close();
    expect(await other.leads('sweep')).toBe(true);
  });

  it('asks for several leads at the same moment without a warning of the driver', async () => {
    const warnings: string[] = [];
    const listener = ({ message }: Error) => void warnings.push(message);
    process.on('warning', listener);
    onTestFinished(() => void process.off('warning', listener));
    const channel = await openChannel(await createPostgresDatabase());
    channel.send({ releases: [{ id: 1, version: 1 }] });
    const jobs = ['sweep', 'tidy', 'mail'];
    expect(await Promise.all(jobs.map((job) => channel.leads(job)))).toEqual([true, true, true]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual([]);
  });

  it('P71: the lead of a server that lost its connection goes to another', async () => {
    const url = await createPostgresDatabase();
    const [one, other] = [await openChannel(url), await openChannel(url)];
    expect(await one.leads('sweep')).toBe(true);
    const admin = new pg.Client({ connectionString: url });
    await admin.connect();
    onTestFinished(() => admin.end());
    await admin.query(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and classid = 4737685
        and pid in (select pid from pg_stat_activity
          where datname = current_database() and application_name = 'dpxdt messages')
        and objid = (select (hashtext('dpxdt_' || current_schema() || ' sweep')::bigint & 4294967295)::oid)`,
    );
    await expect.poll(() => other.leads('sweep')).toBe(true);
    await expect.poll(() => one.isListening).toBe(true);
    expect(await one.leads('sweep')).toBe(false);
  });
});
