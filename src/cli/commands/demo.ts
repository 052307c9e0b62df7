import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DepictedClient } from '../../client/index.ts';
import { startServer, type RunningServer, type ServerOptions } from '../../compose/server.ts';
import { settingDefinitions } from '../../config/settings.ts';
import type { AppError } from '../../base/errors.ts';
import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import type { CommandContext } from '../terminal/context.ts';
import { captureShop, type ReleaseResult } from '../demo/compare-versions.ts';
import { startShopServer, type ShopServer } from '../demo/shop-server.ts';
import { untilInterrupted } from '../terminal/interruption.ts';

const site = fileURLToPath(new URL('../../../examples/demo-site', import.meta.url));
const releaseName = 'Example shop';

/** `dpxdt demo`: 0, also when interrupted or when images differ, since the demo shows differences. */
export async function demoCommand(
  context: CommandContext,
  { exit = false }: { exit?: boolean },
): Promise<ExitStatus> {
  const { settings, settingSources, terminal, currentFolder, signal } = context;
  // A folder that the user named is kept, even if it has the default's name.
  const isThrownAway = settingSources.dataDir === 'default';
  const dataFolder = isThrownAway
    ? await mkdtemp(join(tmpdir(), 'dpxdt-demo-'))
    : resolve(currentFolder, settings.dataDir);
  const ending: (() => Promise<unknown>)[] = [];
  if (isThrownAway) ending.push(() => rm(dataFolder, { recursive: true, force: true }));
  try {
    const server = await startAnywhere(serverOptions(context, dataFolder));
    ending.push(() => server.stop());
    const shop = await startShopServer();
    ending.push(() => shop.close());
    terminal.say(`The server is at ${server.publicUrl}, the example shop at ${shop.origin}/index.html.`);
    await compareVersions(context, server, shop);
    if (exit) return exitStatus.ok;
    terminal.say(
      `\nThe server runs until you press Ctrl-C.${isThrownAway ? ' Its data is deleted then.' : ''}`,
    );
    await untilInterrupted(signal);
    return exitStatus.ok;
  } catch (error) {
    if (signal.aborted) return exitStatus.ok;
    throw error;
  } finally {
    for (const end of ending.reverse()) await end();
  }
}

function serverOptions({ settings, toolVersion }: CommandContext, dataFolder: string): ServerOptions {
  return {
    host: '127.0.0.1',
    port: settings.port,
    authentication: 'off',
    publicUrl: null,
    dataFolder,
    databaseUrl: null,
    durability: 'full',
    maxImageBytes: 2 ** 27,
    maxArtifactBytes: 2 ** 24,
    workers: settingDefinitions.serverWorkers.default,
    leaseSeconds: settings.leaseSeconds,
    browserPath: settings.browserPath,
    firefoxPath: settings.firefoxPath,
    browserSandbox: settings.browserSandbox,
    trustedProxies: [],
    captureAllow: [],
    secretKey: null,
    smtpUrl: null,
    mailFrom: null,
    logLevel: 'error',
    version: toolVersion,
  };
}

/** On the configured port, or any free one. */
async function startAnywhere(options: ServerOptions): Promise<RunningServer> {
  try {
    return await startServer(options);
  } catch (error) {
    const { code } = ((error as AppError).cause ?? {}) as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE') throw error;
    return startServer({ ...options, port: 0 });
  }
}

async function compareVersions(
  context: CommandContext,
  server: RunningServer,
  shop: ShopServer,
): Promise<void> {
  const { terminal, signal, json } = context;
  const client = new DepictedClient({ server: server.url });
  const wanted = { buildId: await shopBuild(client, signal), releaseName, origin: shop.origin };

  terminal.say('\n[1/2] Capturing version 1 and marking it good: its images become the baseline.');
  shop.show(join(site, 'before'));
  const first = await captureShop(client, wanted, signal);
  const { name, number } = first.release;
  await client.reviewRelease(
    { buildId: wanted.buildId, releaseName: name, releaseNumber: number, decision: 'good' },
    { signal },
  );
  terminal.say(`  ${wordsOf(first)}`);

  terminal.say('\n[2/2] Capturing version 2 and comparing it with version 1.');
  shop.show(join(site, 'after'));
  const second = await captureShop(client, wanted, signal);
  terminal.say(`  ${wordsOf(second)}`);
  terminal.say('\nReview the differences in a browser:');
  terminal.say(`  ${second.resultsUrl}`);
  if (json) terminal.data(`${JSON.stringify({ url: server.url, releases: [first, second].map(toJson) })}\n`);
}

/** The build that every new server has, unless it is in use. */
async function shopBuild(client: DepictedClient, signal: AbortSignal): Promise<number> {
  const name = 'Example shop';
  const { builds } = await client.listBuilds({ pageSize: 2 }, { signal });
  const unused = builds.length === 1 && builds[0]!.newestRelease === null ? builds[0]!.build : null;
  const { build } =
    unused === null
      ? await client.createBuild({ name }, { signal })
      : await client.updateBuild({ buildId: unused.id, name }, { signal });
  return build.id;
}

function wordsOf({ counts }: ReleaseResult): string {
  const parts = [
    [counts.undecided, 'differ'],
    [counts.same, 'same'],
    [counts.new, 'new'],
    [counts.failed, 'failed'],
  ] as const;
  const named = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return `${counts.total} pages: ${named.join(', ')}.`;
}

function toJson({ release, counts, resultsUrl }: ReleaseResult) {
  return {
    name: release.name,
    number: release.number,
    status: release.status,
    counts,
    results_url: resultsUrl,
  };
}
