/** Compiles `src` to JavaScript in `dist`, because Node does not strip types below node_modules. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundlePackages } from './bundle-packages.ts';

rmSync('dist', { recursive: true, force: true });
const compiler = join('node_modules', 'typescript-native', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

await bundlePackages(join(import.meta.dirname, '..'), 'dist');

// Only the SDK is imported by users; other declarations would be half of the package's files.
const wanted = new Set<string>();
keepDeclarations(join('dist', 'client', 'index.d.ts'));
for (const file of globSync('dist/**/*.d.ts')) if (!wanted.has(file)) rmSync(file);

/** A declaration file and what it imports. */
function keepDeclarations(file: string): void {
  if (wanted.has(file)) return;
  if (!existsSync(file)) throw new Error(`${file} is imported by a declaration, but is not there.`);
  wanted.add(file);
  for (const [, from] of readFileSync(file, 'utf8').matchAll(
    /(?:from|import|import\()\s*["'](\.[^"']+)["']/g,
  )) {
    keepDeclarations(join(dirname(file), from!.replace(/\.(js|ts)$/, '.d.ts')));
  }
}
