/** A temporary PostgreSQL cluster on a free port of 127.0.0.1, without a password and, by default, without fsync. */

import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

export interface PostgresCluster {
  /** Address of a database in it. */
  urlOf(database: string): string;
  start(): void;
  /** Ends every connection immediately. */
  stop(): void;
  /** Stops it and removes its files. */
  destroy(): void;
}

const debianFolder = '/usr/lib/postgresql';

/** The programs of the newest PostgreSQL; null if there is none. */
export function findPostgres(): string | null {
  const versions = existsSync(debianFolder) ? readdirSync(debianFolder) : [];
  const newest = versions
    .map(Number)
    .filter((version) => existsSync(join(debianFolder, String(version), 'bin', 'initdb')))
    .sort((a, b) => b - a)[0];
  return newest === undefined ? null : join(debianFolder, String(newest), 'bin');
}

export async function startPostgres(
  programs: string,
  { durable = false }: { durable?: boolean } = {},
): Promise<PostgresCluster> {
  removeStaleClusters(programs);
  const account = unprivilegedAccount();
  const folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-${startOf(process.pid)}-`));
  if (account !== null) chownSync(folder, account.uid, account.gid);
  const endWatch = watchOver(folder, programs, account);
  const data = join(folder, 'data');
  const port = await freePort();
  const run = (program: string, args: string[]) => {
    const result = spawnSync(join(programs, program), args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      ...account,
    });
    if (result.status !== 0) throw new Error(`${program} failed: ${result.stdout}${result.stderr}`);
  };
  const settings = [
    `-p ${port}`,
    '-c listen_addresses=127.0.0.1',
    `-c unix_socket_directories=''`,
    ...(durable ? [] : forAMoment),
    '-c max_connections=200',
    '-c shared_buffers=32MB',
  ].join(' ');
  const cluster: PostgresCluster = {
    urlOf: (database) => `postgres://postgres@127.0.0.1:${port}/${database}`,
    start: () =>
      run('pg_ctl', ['-D', data, '-w', '-t', '120', '-l', join(folder, 'log'), '-o', settings, 'start']),
    stop: () => run('pg_ctl', ['-D', data, '-w', '-m', 'fast', 'stop']),
    destroy() {
      remove(folder, programs, account);
      endWatch();
    },
  };
  try {
    run('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']);
    cluster.start();
  } catch (error) {
    cluster.destroy();
    throw error;
  }
  return cluster;
}

/** Settings of a cluster whose data is not needed after a crash, and that ends before vacuuming pays. */
const forAMoment = ['fsync=off', 'full_page_writes=off', 'autovacuum=off', 'max_wal_size=256MB'].map(
  (setting) => `-c ${setting}`,
);

const prefix = 'dpxdt-postgres-';

type Account = { uid: number; gid: number } | null;

/** Ends the cluster in the folder, if there is one, and removes it. */
function remove(folder: string, programs: string, account: Account): void {
  const args = ['-D', join(folder, 'data'), '-m', 'immediate', 'stop'];
  spawnSync(join(programs, 'pg_ctl'), args, { cwd: tmpdir(), ...account });
  rmSync(folder, { recursive: true, force: true });
}

/**
 * A process that outlives this one, however this one ends, and then removes the cluster: it waits for the end of its
 * standard input, whose other end only this process holds. It removes twice, in case files were just being created.
 *
 * @returns how to end it
 */
function watchOver(folder: string, programs: string, account: Account): () => void {
  const script = `trap '' INT TERM HUP
    cat >/dev/null
    for round in 1 2; do
      [ -e "$1" ] || exit 0
      "$2/pg_ctl" -D "$1/data" -m immediate stop
      rm -rf "$1"
      sleep 1
    done`;
  const watch = spawn('/bin/sh', ['-c', script, 'watch', folder, programs], {
    cwd: tmpdir(),
    stdio: ['pipe', 'ignore', 'ignore'],
    // Detached from this terminal, so that Ctrl-C does not reach it.
    detached: true,
    ...account,
  });
  watch.on('error', () => undefined);
  watch.unref();
  const { stdin } = watch;
  stdin.on('error', () => undefined);
  (stdin as unknown as { unref(): void }).unref();
  return () => stdin.destroy();
}

/** Removes the clusters of processes that have ended, in case their watcher was killed with them. */
export function removeStaleClusters(programs: string): void {
  const account = unprivilegedAccount();
  for (const name of readdirSync(tmpdir())) {
    const [, pid, start] = /^dpxdt-postgres-(\d+)-(\d+)-/.exec(name) ?? [];
    if (pid === undefined || startOf(Number(pid)) === start) continue;
    remove(join(tmpdir(), name), programs, account);
  }
}

/** When a process started, in the kernel's ticks, to detect a reused process id; 0: it has ended. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? '0' : fields[18]!;
  } catch {
    return '0';
  }
}

/** PostgreSQL refuses to run as root; Debian's package creates an account for it. */
export function unprivilegedAccount(): Account {
  if (process.getuid?.() !== 0) return null;
  const idOf = (option: string) => Number(spawnSync('id', [option, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: idOf('-u'), gid: idOf('-g') };
}
