/**
 * Builds packages into `dist/bundled` and makes `dist` import them from there, so that an installation does not bring
 * them. Their licenses are in `dist/bundled/LICENSES.md`.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'vite';
import { bundledPackages } from './production-packages.ts';

interface Manifest {
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** `from '…'` and `import '…'` of a bundled package, with what comes before the name and the quote. */
const importing = new RegExp(
  `((?:from|import)\\s*\\(?)(["'])((?:${bundledPackages.join('|')})(?:/[^"']*)?)\\2`,
  'g',
);

/**
 * @param root folder of the repository
 * @param dist what the compiler has written
 */
export async function bundlePackages(root: string, dist: string): Promise<void> {
  const importers = globSync('**/*.js', { cwd: dist })
    .map((file) => join(dist, file))
    .filter((file) => specifiersIn(readFileSync(file, 'utf8')).length > 0);
  const specifiers = new Set(importers.flatMap((file) => specifiersIn(readFileSync(file, 'utf8'))));
  const folder = join(dist, 'bundled');
  await bundle(root, folder, [...specifiers]);
  for (const file of importers) {
    const text = readFileSync(file, 'utf8').replace(importing, (_all, before, quote, specifier) => {
      const target = relative(dirname(file), join(folder, `${entryOf(specifier as string)}.js`));
      return `${before}${quote}${target.replaceAll('\\', '/').replace(/^(?!\.)/, './')}${quote}`;
    });
    writeFileSync(file, text);
  }
}

function specifiersIn(text: string): string[] {
  return [...text.matchAll(importing)].map(([, , , specifier]) => specifier!);
}

/** `better-auth/plugins/generic-oauth` → `better-auth-plugins-generic-oauth` */
function entryOf(specifier: string): string {
  return specifier.replaceAll('/', '-');
}

async function bundle(root: string, folder: string, specifiers: readonly string[]): Promise<void> {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  const { dependencies = {}, peerDependencies = {} } = manifest;
  const installed = Object.keys({ ...dependencies, ...peerDependencies });
  const isInstalled = (id: string) => installed.some((name) => id === name || id.startsWith(`${name}/`));
  const result = await build({
    configFile: false,
    root,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: folder,
      target: 'node24',
      license: { fileName: 'LICENSES.md' },
      rolldownOptions: {
        input: Object.fromEntries(specifiers.map((specifier) => [entryOf(specifier), specifier])),
        external: (id: string) => id.startsWith('node:') || isInstalled(id),
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
      },
    },
  });
  const { output } = [result].flat()[0] as { output: { imports?: string[] }[] };
  const foreign = output
    .flatMap(({ imports = [] }) => imports)
    .filter((id) => !id.endsWith('.js') && !id.startsWith('node:') && !isInstalled(id));
  if (foreign.length > 0)
    throw new Error(`The bundle imports what no installation has: ${foreign.join(', ')}.`);
}
