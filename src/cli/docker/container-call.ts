/** The command line that runs a call of the local tool in the product's image. */

import { posix, win32 } from 'node:path';
import { AppError } from '../../base/errors.ts';

export interface ContainerCall {
  engine: 'docker' | 'podman';
  image: string;
  /** The words of the call, without the program's name: `['test', 'tests', '--docker']`. */
  words: readonly string[];
  currentFolder: string;
  platform: NodeJS.Platform;
  /** Of the caller; null where there are none. */
  user: { uid: number; gid: number } | null;
  /** Names of variables that the YAML may use, and that the caller has. */
  variables: readonly string[];
  isTerminal: boolean;
}

/** What the image may write besides the project's folder. */
const sharedMemory = '1g';

/**
 * The arguments of the engine: the project's folder at its own path, the caller's user and the host's `localhost`.
 * Values of variables are not among them; the engine takes them from its environment.
 *
 * @throws AppError `invalid_argument` for a folder that cannot be named to the engine, or a path outside of it
 */
export function containerArguments(call: ContainerCall): string[] {
  const { engine, image, currentFolder, platform, user, variables, isTerminal } = call;
  const isWindows = platform === 'win32';
  const inside = isWindows ? '/work' : currentFolder;
  if ((isWindows ? currentFolder.slice(2) : currentFolder).includes(':')) {
    throw new AppError(
      'invalid_argument',
      `--docker cannot share a folder with ":" in its path (${currentFolder}).`,
    );
  }
  const words = withoutDocker(call.words);
  for (const word of pathsAmong(words)) refuseOutside(word, currentFolder, isWindows);
  return [
    'run',
    '--rm',
    // The image's is the server's.
    '--no-healthcheck',
    ...(isTerminal ? ['--tty'] : []),
    ...(platform === 'linux'
      ? ['--network', 'host']
      : ['--add-host', 'host.docker.internal:host-gateway', '--env', 'DPXDT_LOCALHOST=host.docker.internal']),
    ...(user === null ? [] : ['--user', `${user.uid}:${user.gid}`]),
    // Without this, Podman maps the caller to root; for root itself it refuses.
    ...(engine === 'podman' && user !== null && user.uid !== 0 ? ['--userns', 'keep-id'] : []),
    '--shm-size',
    sharedMemory,
    '--volume',
    `${currentFolder}:${inside}`,
    '--workdir',
    inside,
    '--env',
    'HOME=/tmp',
    ...variables.flatMap((name) => ['--env', name]),
    image,
    ...words.map((word) => (isWindows ? word.replaceAll('\\', '/') : word)),
  ];
}

/** The words that are meant for the tool in the container. */
function withoutDocker(words: readonly string[]): string[] {
  const left: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (word === '--docker-image') index++;
    else if (word !== '--docker' && !word.startsWith('--docker-image=')) left.push(word);
  }
  return left;
}

/** The values of these flags are no paths, even if they begin with a slash: `--test-filter '/shop/*'`. */
const flagsWithoutPath = /^--(test[-_]filter|tag|shard|base[-_]url|references|retries|workers)(?<value>=)?/;

function pathsAmong(words: readonly string[]): string[] {
  return words.filter((word, index) => {
    if (flagsWithoutPath.test(word)) return false;
    const before = flagsWithoutPath.exec(words[index - 1] ?? '');
    return before === null || before.groups?.value !== undefined;
  });
}

/** Only the project's folder is there. */
function refuseOutside(word: string, currentFolder: string, isWindows: boolean): void {
  const path = isWindows ? win32 : posix;
  const given = /^--[a-z-]+=/.test(word) ? word.slice(word.indexOf('=') + 1) : word;
  const looksOutside = /^\.\.([/\\]|$)/.test(given) || (path.isAbsolute(given) && !/^\/\//.test(given));
  if (!looksOutside) return;
  const relative = path.relative(currentFolder, path.resolve(currentFolder, given));
  if (relative.startsWith('..') || path.isAbsolute(relative)) {
    throw new AppError(
      'invalid_argument',
      `"${given}" is outside of ${currentFolder}, which is all that --docker shares: call from a folder above.`,
    );
  }
}

/** Names of the variables that YAML texts mention and the environment has, and of the tool's own settings. */
export function variablesFor(texts: readonly string[], env: NodeJS.ProcessEnv): string[] {
  const mentioned = texts.flatMap((text) =>
    [...text.matchAll(/\$\{?([A-Za-z_][A-Za-z0-9_]*)/g)].map((match) => match[1]!),
  );
  const own = Object.keys(env).filter((name) => /^DPXDT_(?!BROWSER_|SETUP_ID|LOCALHOST|DOCKER_)/.test(name));
  const notOfHost = new Set(['PATH', 'HOME', 'PWD', 'SHELL', 'USER', 'TMPDIR']);
  return [...new Set([...mentioned, ...own])]
    .filter((name) => env[name] !== undefined && !notOfHost.has(name))
    .sort();
}
