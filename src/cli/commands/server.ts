import { resolve } from 'node:path';
import { startServer } from '../../compose/server.ts';
import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import type { CommandContext } from '../terminal/context.ts';
import { untilInterrupted } from '../terminal/interruption.ts';
import { listOf } from '../../config/resolve-settings.ts';
import { s3OptionsOf } from '../options/s3-options.ts';

const mebibyte = 1024 * 1024;
const dayMs = 86_400_000;

/** `dpxdt server`: runs until interrupted, then 0. */
export async function serverCommand(context: CommandContext): Promise<ExitStatus> {
  const { settings, terminal, currentFolder, json, signal, toolVersion, tracer } = context;
  const dataFolder = resolve(currentFolder, settings.dataDir);
  const server = await startServer({
    host: settings.host,
    port: settings.port,
    authentication: settings.auth,
    publicUrl: settings.publicUrl,
    dataFolder,
    databaseUrl: settings.databaseUrl,
    s3: s3OptionsOf(settings),
    cacheFolder: settings.cacheDir === null ? null : resolve(currentFolder, settings.cacheDir),
    durability: settings.durability,
    maxImageBytes: Math.round(settings.maxImageMegabytes * mebibyte),
    maxArtifactBytes: Math.round(settings.maxArtifactMegabytes * mebibyte),
    workers: settings.serverWorkers,
    leaseSeconds: settings.leaseSeconds,
    browserPath: settings.browserPath,
    firefoxPath: settings.firefoxPath,
    browserSandbox: settings.browserSandbox,
    trustedProxies: listOf(settings.trustedProxies ?? ''),
    captureAllow: listOf(settings.captureAllow ?? ''),
    forgeAllow: listOf(settings.forgeAllow ?? ''),
    secretKey: settings.secretKey,
    smtpUrl: settings.smtpUrl,
    mailFrom: settings.mailFrom,
    silentShardMs: settings.shardSilenceSeconds * 1_000,
    lifeTimes: {
      keepTasksMs: settings.keepTasksDays * dayMs,
      keepActivityMs: settings.keepActivityDays === 0 ? null : settings.keepActivityDays * dayMs,
      keepMailsMs: settings.keepMailsDays * dayMs,
    },
    createBuilds: settings.createBuilds,
    mailDomains: listOf(settings.mailDomains ?? ''),
    logins: settings,
    logLevel: settings.logLevel,
    tracer,
    http: {
      maxRequestsPerMinute: settings.maxRequestsPerMinute,
      drainMs: settings.drainSeconds * 1_000,
    },
    version: toolVersion,
  });
  const { url, publicUrl, authentication, setUpLink } = server;
  if (json) {
    const place = {
      url,
      public_url: publicUrl,
      auth: authentication,
      data_dir: dataFolder,
      setup_link: setUpLink,
    };
    terminal.data(`${JSON.stringify(place)}\n`);
  }
  terminal.say(
    `The server is at ${publicUrl}${publicUrl === url ? '' : ` (here: ${url})`}; its data is in ${dataFolder}.`,
  );
  if (setUpLink !== null) {
    terminal.say(`There is no superuser yet. Create one with this link; it works once:\n  ${setUpLink}`);
  }
  if (authentication === 'off') {
    terminal.say('It needs no login: anyone who can reach it on this machine has full access.');
  }
  await untilInterrupted(signal);
  await server.stop();
  terminal.say('The server has stopped.');
  return exitStatus.ok;
}
