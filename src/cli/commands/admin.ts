import { resolve } from 'node:path';
import { DepictedClient } from '../../client/index.ts';
import { openAdmin, type Admin } from '../../compose/admin.ts';
import { hasSqlite } from '../../compose/data-folder.ts';
import { AppError } from '../../base/errors.ts';
import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import type { CommandContext } from '../terminal/context.ts';
import { s3OptionsOf } from '../options/s3-options.ts';
import { defaultServer } from '../options/server-address.ts';
import { clientOptionsOf } from '../options/client-options.ts';
import { formatBytes } from '../terminal/copy-printer.ts';
import { printable } from '../terminal/terminal.ts';

/** `dpxdt admin create-build` */
export function createBuildCommand(context: CommandContext, name: string): Promise<ExitStatus> {
  return administer(context, {
    data: (admin) => admin.createBuild(name),
    server: async (client) => ({ buildId: (await client.createBuild({ name })).build.id }),
    print: ({ buildId }) => ({ json: { build_id: buildId }, lines: [`Build ${buildId} was created.`] }),
  });
}

/** `dpxdt admin create-key` */
export function createKeyCommand(
  context: CommandContext,
  {
    build,
    superuser = false,
    worker = false,
    purpose,
  }: { build?: string; superuser?: boolean; worker?: boolean; purpose: string },
): Promise<ExitStatus> {
  if (build === undefined && !superuser && !worker) {
    throw new AppError(
      'invalid_argument',
      'Choose what the key can access: --build ID, --worker or --superuser.',
    );
  }
  const buildId = build === undefined ? null : readBuildId(build);
  return administer(context, {
    data: (admin) => admin.createKey({ purpose, ...keyAccess(buildId, worker) }),
    server: async (client) => {
      const { key, secret } =
        buildId === null
          ? await client.createSuperuserKey({ purpose, worker })
          : await client.createKey({ buildId, purpose });
      return { keyId: key.id, secret };
    },
    print: ({ keyId, secret }) => ({
      json: { key_id: keyId, secret, build_id: buildId },
      lines: [`Key id: ${keyId}`, `Secret: ${secret}`, 'The secret is shown only once.'],
    }),
  });
}

/** `dpxdt admin revoke-key` */
export function revokeKeyCommand(context: CommandContext, keyId: string): Promise<ExitStatus> {
  return administer(context, {
    data: (admin) => admin.revokeKey(keyId),
    needsData: true,
    server: async (client) => void (await client.revokeAnyKey({ keyId })),
    print: () => ({ json: { key_id: keyId, revoked: true }, lines: [`Key ${keyId} was revoked.`] }),
  });
}

/** `dpxdt admin make-superuser` */
export function makeSuperuserCommand(context: CommandContext, keyId: string): Promise<ExitStatus> {
  return administer(context, {
    data: (admin) => admin.makeSuperuser(keyId),
    needsData: true,
    server: async (client) => void (await client.makeSuperuser({ keyId })),
    print: () => ({
      json: { key_id: keyId, superuser: true },
      lines: [`Key ${keyId} can now access every build and the work queue.`],
    }),
  });
}

/** `dpxdt admin list-queues` */
export function listQueuesCommand(context: CommandContext): Promise<ExitStatus> {
  return administer(context, {
    data: (admin) => admin.listQueues(),
    needsData: true,
    server: async (client) => (await client.listQueues()).queues,
    print: (queues) => ({
      json: {
        queues: queues.map((queue) => ({
          queue: queue.queue,
          waiting: queue.waiting,
          delayed: queue.delayed,
          leased: queue.leased,
          error: queue.error,
          done_last_hour: queue.doneLastHour,
          oldest_waiting_ms: queue.oldestWaitingMs,
        })),
      },
      lines:
        queues.length === 0
          ? ['All queues are empty.']
          : queues.map(
              ({ queue, waiting, delayed, leased, error, doneLastHour }) =>
                `${queue}: ${waiting} waiting, ${delayed} delayed, ${leased} leased, ${error} failed, ${doneLastHour} done in the last hour`,
            ),
    }),
  });
}

/** `dpxdt admin sweep` */
export function sweepCommand(
  context: CommandContext,
  options: { confirm?: boolean; dryRun?: boolean },
): Promise<ExitStatus> {
  return administer(context, {
    data: (admin) => admin.sweep(options),
    needsData: true,
    files: 'check',
    server: (client) => client.sweepStorage(options),
    print: ({ files, orphans, orphanBytes, dropped, trashed, deleted, deletedBytes, refusal }) => ({
      json: {
        files,
        orphans,
        orphan_bytes: orphanBytes,
        dropped,
        trashed,
        deleted,
        deleted_bytes: deletedBytes,
        refusal,
      },
      lines: [
        `${files} files checked; ${orphans} (${formatBytes(orphanBytes)}) are orphaned, ${dropped} of them because no run uses them.`,
        options.dryRun === true
          ? 'Dry run: no files were moved.'
          : `${trashed} moved to the trash, where they are kept for a week; ${deleted} (${formatBytes(deletedBytes)}) deleted permanently.`,
        ...(refusal === null ? [] : [refusal]),
      ],
    }),
  });
}

/** `dpxdt admin adopt` */
export async function adoptCommand(context: CommandContext): Promise<ExitStatus> {
  return administer(context, {
    data: async () => undefined,
    needsData: true,
    files: 'adopt',
    server: null,
    print: () => ({
      json: { adopted: true },
      lines: [
        'The files and the database now belong together. Files the database does not know are kept for a day, then for a week in the trash.',
      ],
    }),
  });
}

/** `dpxdt admin fsck`: 0 when everything is consistent, else 3. */
export function fsckCommand(context: CommandContext): Promise<ExitStatus> {
  return administer(context, {
    data: (admin) => admin.fsck(),
    needsData: true,
    files: 'check',
    server: (client) => client.fsck(),
    print: ({ artifacts, runs, problems }) => ({
      json: { artifacts, runs, problems },
      lines: [
        ...problems.map(({ kind, message }) => `${kind}: ${message}`),
        `${artifacts} artifacts and ${runs} runs checked: ${problems.length === 0 ? 'everything is consistent' : `${problems.length} problem(s)`}.`,
      ],
      status: problems.length === 0 ? exitStatus.ok : exitStatus.failed,
    }),
  });
}

function keyAccess(buildId: number | null, worker: boolean) {
  if (buildId !== null) return { buildId };
  return worker ? ({ worker } as const) : ({ superuser: true } as const);
}

interface Printed {
  json: object;
  lines: string[];
  status?: ExitStatus;
}

interface Action<Result> {
  data: (admin: Admin) => Promise<Result>;
  /** Requires existing data; without any, the command runs in the wrong folder. */
  needsData?: boolean;
  /** Whether the stored files are needed; `adopt` accepts any. */
  files?: 'check' | 'adopt' | 'none';
  /** The same through a running server; null where direct access to the data is required. */
  server: ((client: DepictedClient) => Promise<Result>) | null;
  print: (result: Result) => Printed;
}

/** Works on the data, or through a server, and prints the result. */
export async function administer<Result>(
  context: CommandContext,
  action: Action<Result>,
): Promise<ExitStatus> {
  const { settings, terminal, json } = context;
  const result =
    settings.server === null || action.server === null
      ? await onData(context, action)
      : await throughServer(context, action.server);
  const printed = action.print(result);
  if (json) terminal.data(`${JSON.stringify(printed.json)}\n`);
  else for (const line of printed.lines) terminal.say(printable(line));
  return printed.status ?? exitStatus.ok;
}

async function onData<Result>(
  { settings, currentFolder }: CommandContext,
  { data, needsData = false, files = 'none' }: Action<Result>,
): Promise<Result> {
  const dataFolder = resolve(currentFolder, settings.dataDir);
  if (needsData && settings.databaseUrl === null) {
    requireData(dataFolder, 'or use a running server with --server');
  }
  const { databaseUrl } = settings;
  const s3 = s3OptionsOf(settings);
  const admin = await openAdmin({ dataFolder, databaseUrl, s3, files, secretKey: settings.secretKey }).catch(
    (error: unknown) => {
      throw isInUse(error) ? new AppError('unavailable', inUse(dataFolder), { cause: error }) : error;
    },
  );
  try {
    return await data(admin);
  } finally {
    await admin.close();
  }
}

/** @throws AppError `invalid_argument` where a folder holds no SQLite database */
export function requireData(dataFolder: string, otherwise: string): void {
  if (hasSqlite(dataFolder)) return;
  throw new AppError(
    'invalid_argument',
    `${dataFolder} holds no data. Name the data folder with --data-dir, ${otherwise}.`,
  );
}

/** The lock of the data folder is held by a server. */
function isInUse(error: unknown): boolean {
  return error instanceof AppError && error.details['in_use'] === true;
}

function inUse(dataFolder: string): string {
  return `A server is using ${dataFolder}. Use that server with --server and its address (${defaultServer} unless it was started otherwise), or stop it first.`;
}

async function throughServer<Result>(
  context: CommandContext,
  server: (client: DepictedClient) => Promise<Result>,
): Promise<Result> {
  return server(new DepictedClient(clientOptionsOf(context)));
}

export function readBuildId(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new AppError(
    'invalid_argument',
    `--build must be the id of a build, such as 1, got "${text.slice(0, 60)}".`,
  );
}
