/** `dpxdt test --docker`: the call again, in the product's image. */

import { spawn } from 'node:child_process';
import { readFile, readdir, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { access, constants } from 'node:fs/promises';
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
      `${engine.name} could not start the image "${name}". Build it with "docker build --file deploy/Dockerfile --tag ${name} .", or name another one with --docker-image.`,
    );
    return exitStatus.failed;
  }
  return status;
}

async function findEngine(env: NodeJS.ProcessEnv): Promise<{ name: 'docker' | 'podman'; path: string }> {
  const ending = process.platform === 'win32' ? '.exe' : '';
  for (const name of ['docker', 'podman'] as const) {
    for (const folder of (env.PATH ?? '').split(delimiter).filter((entry) => entry !== '')) {
      const path = join(folder, name + ending);
      const isThere = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (isThere) return { name, path };
    }
  }
  throw new AppError('invalid_argument', '--docker needs docker or podman, and neither is in PATH.');
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
