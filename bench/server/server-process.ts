/** `dpxdt server` and `dpxdt admin` as separate processes, in a separate folder. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import type { Place } from './places.ts';
import { binary as builtBinary, outFolder } from './product.ts';

export interface ServerOptions {
  /** Concurrent captures of its built-in worker; default 0, no worker. */
  workers?: number;
  /** Default `on`, as on a shared server. */
  auth?: 'on' | 'off';
  durability?: 'full' | 'relaxed';
  /** Flags for Node itself, such as `--cpu-prof`. */
  nodeOptions?: readonly string[];
  /** Additional environment variables, such as `DPXDT_TRUSTED_PROXIES`. */
  settings?: Readonly<Record<string, string>>;
}

export interface ServerProcess {
  url: string;
  pid: number;
  /** Time from its start until it printed its address, in milliseconds. */
  startMs: number;
  hasEnded(): boolean;
  /** @throws Error if it does not exit with status 0 */
  stop(): Promise<void>;
}

/** `DPXDT_BENCH_BINARY`: another build of the product, to compare two. */
const binary = () => process.env['DPXDT_BENCH_BINARY'] ?? builtBinary;

const running = new Set<ChildProcess>();
process.on('exit', killAll);

/** Ends processes left behind by failed parts. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Ends with this process or by `killAll`. */
export function tendTo(child: ChildProcess): void {
  running.add(child);
  child.once('close', () => running.delete(child));
}

/** Starts a server on a free port, with its log in a file, as under a service manager. */
export async function startServer(place: Place, options: ServerOptions = {}): Promise<ServerProcess> {
  const { workers = 0, auth = 'on', durability = 'full', nodeOptions = [], settings = {} } = options;
  const logFile = `${place.dataFolder}.log`;
  const log = openSync(logFile, 'a');
  const startedAt = performance.now();
  const args = ['server', '--json', '--port', '0', '--auth', auth, '--workers', String(workers)];
  const child = spawn(process.execPath, [...nodeOptions, binary(), ...args], {
    cwd: outFolder,
    env: environment(place, {
      DPXDT_DURABILITY: durability,
      DPXDT_MAX_REQUESTS_PER_MINUTE: '0',
      ...settings,
    }),
    stdio: ['ignore', 'pipe', log],
  });
  closeSync(log);
  tendTo(child);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout!.once('data', (line: Buffer) =>
      resolve((JSON.parse(line.toString()) as { url: string }).url),
    );
    void ended.then((status) => reject(new Error(`The server ended with ${status}: ${endOf(logFile)}`)));
  });
  const startMs = performance.now() - startedAt;
  return {
    url,
    pid: child.pid!,
    startMs,
    hasEnded: () => !running.has(child),
    async stop() {
      child.kill('SIGTERM');
      const status = await ended;
      if (status !== 0) throw new Error(`The server ended with ${status}, see ${logFile}.`);
      rmSync(logFile, { force: true });
    },
  };
}

function endOf(logFile: string): string {
  return existsSync(logFile) ? readFileSync(logFile, 'utf8').slice(-2_000) : '';
}

/** Starts `dpxdt worker` for a server. */
export function startWorker(url: string, key: string, args: readonly string[] = []): ChildProcess {
  const [keyId, secret] = key.split(':') as [string, string];
  const child = spawn(process.execPath, [binary(), 'worker', '--server', url, ...args], {
    cwd: outFolder,
    env: { ...process.env, DPXDT_CLIENT_ID: keyId, DPXDT_CLIENT_SECRET: secret },
    stdio: 'ignore',
  });
  tendTo(child);
  return child;
}

export async function stopWorker(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await ended;
}

/** Runs `dpxdt admin …` while no server uses the place. @returns its output, parsed as JSON */
function admin<T>(place: Place, ...args: string[]): T {
  const result = spawnSync(process.execPath, [binary(), 'admin', ...args, '--json'], {
    cwd: outFolder,
    env: environment(place, {}),
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`dpxdt admin ${args[0]} failed: ${result.stderr}`);
  return JSON.parse(result.stdout) as T;
}

export interface Prepared {
  buildId: number;
  /** API keys as `id:secret`. */
  buildKey: string;
  superuserKey: string;
}

/** Creates a build, a key for it and a worker key, as an operator would. */
export function prepare(place: Place): Prepared {
  const { build_id: buildId } = admin<{ build_id: number }>(place, 'create-build', '--name', 'Load');
  const key = (...args: string[]) => {
    const { key_id: id, secret } = admin<{ key_id: string; secret: string }>(place, 'create-key', ...args);
    return `${id}:${secret}`;
  };
  return { buildId, buildKey: key('--build', String(buildId)), superuserKey: key('--superuser') };
}

function environment(place: Place, more: Record<string, string>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('DPXDT_') || name === 'DPXDT_BROWSER_PATH',
  );
  return {
    ...Object.fromEntries(inherited),
    DPXDT_DATA_DIR: place.dataFolder,
    ...(place.databaseUrl !== null && { DPXDT_DATABASE_URL: place.databaseUrl }),
    ...more,
  };
}
