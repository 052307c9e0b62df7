/** The product as users get it: compiled, without sources, in a separate folder. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '..', '..');

/** Folder of the benchmark's output. */
export const outFolder = join(import.meta.dirname, '..', 'out', 'server');
/** Not below bench, where it would find the packages of the peers. */
const product = join(repository, 'node_modules', '.cache', 'bench-product');

/** The executable, once built. */
export const binary = join(product, 'bin', 'dpxdt.js');

/** Compiles the work tree; takes about ten seconds. */
export function buildProduct(): void {
  rmSync(product, { recursive: true, force: true });
  mkdirSync(join(product, 'bin'), { recursive: true });
  copyFileSync(join(repository, 'bin', 'dpxdt.js'), binary);
  copyFileSync(join(repository, 'package.json'), join(product, 'package.json'));
  const run = (...command: string[]) => {
    const [program, ...args] = command as [string, ...string[]];
    const result = spawnSync(program, args, { cwd: repository, encoding: 'utf8' });
    if (result.status !== 0) console.error(`${command.join(' ')}: ${result.stdout}${result.stderr}`);
  };
  const dist = join(product, 'dist');
  run('npx', '--no-install', 'tsc', '-p', 'tsconfig.build.json', '--outDir', dist, '--declaration', 'false');
  if (!existsSync(join(dist, 'cli', 'main.js'))) throw new Error('The product cannot be compiled.');
  if (!existsSync(join(repository, 'build', 'kernel.wasm'))) run('npm', 'run', 'build:kernel');
  cpSync(join(repository, 'build'), join(product, 'build'), { recursive: true });
}
