/** `dpxdt test --docker`: the call again, in the product's image. */

import { spawn } from 'node:child_process';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findInPath } from '../../compose/programs.ts';
import { AppError } from '../../base/errors.ts';
import { exitStatus } from '../../base/exit-status.ts';
import type { CommandContext } from '../terminal/context.ts';
import { containerArguments, variablesFor } from './container-call.ts';

/** @returns the status of the call in the container */
export async function runInContainer(
  { env, currentFolder, signal, toolVersion, terminal }: CommandContext,
  words: readonly string[],
  paths: readonly string[],
  image: string | undefined,
): Promise<number> {
  const engine = await findEngine(env);
  const uid = process.getuid?.();
  const name = image ?? env.DPXDT_DOCKER_IMAGE ?? `depicted:${toolVersion}`;
  const call = containerArguments({
    engine: engine.name,
    image: name,
    words,
    currentFolder,
    platform: process.platform,
    user: uid === undefined ? null : { uid, gid: process.getgid!() },
    variables: variablesFor(await yamlTexts(paths, currentFolder), env),
    isTerminal: process.stdout.isTTY === true,
  });
  const status = await runEngine(engine.path, call, env, signal);
  if (status === 125) {
    terminal.complain(
      `${engine.name} could not start the image "${name}". Build it with "${engine.name} build --file deploy/Dockerfile --tag ${name} .", or name another one with --docker-image.`,
    );
    return exitStatus.failed;
  }
  return status;
}

interface Engine {
  name: 'docker' | 'podman';
  path: string;
}

/** The first engine that answers: Docker may be installed while its daemon does not run. */
async function findEngine(env: NodeJS.ProcessEnv): Promise<Engine> {
  const installed: Engine[] = [];
  for (const name of ['docker', 'podman'] as const) {
    const path = await findInPath(name, env);
    if (path === null) continue;
    const engine = { name, path };
    if (await answers(engine, env)) return engine;
    installed.push(engine);
  }
  throw new AppError(
    'invalid_argument',
    installed.length === 0
      ? '--docker needs docker or podman, and neither is in PATH.'
      : `--docker needs docker or podman, and ${installed.map(({ path }) => path).join(' and ')} cannot run containers: is the daemon running, and may you use it? "${installed[0]!.name} version" says more.`,
  );
}

/** How long an engine may take to say that it works. */
const answerMs = 10_000;

function answers({ path }: Engine, env: NodeJS.ProcessEnv): Promise<boolean> {
  return new Promise((done) => {
    const child = spawn(path, ['version'], { env, stdio: 'ignore', timeout: answerMs });
    child.once('error', () => done(false));
    child.once('exit', (status) => done(status === 0));
  });
}

/** A path that cannot be read is left to the tool in the container, which explains it. */
async function yamlTexts(paths: readonly string[], currentFolder: string): Promise<string[]> {
  const texts: string[] = [];
  for (const path of paths) {
    const absolute = resolve(currentFolder, path);
    const isFolder = await stat(absolute).then(
      (found) => found.isDirectory(),
      () => false,
    );
    const names = isFolder ? await readdir(absolute).catch(() => []) : [''];
    for (const name of names.filter((entry) => entry === '' || /\.ya?ml$/i.test(entry))) {
      texts.push(await readFile(join(absolute, name), 'utf8').catch(() => ''));
    }
  }
  return texts;
}

function runEngine(
  path: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((done, failed) => {
    const child = spawn(path, words, { env, stdio: 'inherit' });
    // Ctrl-C reaches the engine from the terminal; SIGTERM only this process.
    const end = (): void => void child.kill('SIGTERM');
    signal.addEventListener('abort', end, { once: true });
    child.once('error', (error) =>
      failed(new AppError('invalid_argument', `${path} could not be started: ${error.message}.`)),
    );
    child.once('exit', (status) => {
      signal.removeEventListener('abort', end);
      done(status ?? exitStatus.failed);
    });
  });
}
