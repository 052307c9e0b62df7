/**
 * Checks imports against the layer table in ARCHITECTURE.md, imports of reserved files, and cycles of folders inside
 * `web/` and `cli/`; prints every breach and exits 1.
 */
import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize, relative } from 'node:path';
import ts from 'typescript';
import { findFolderCycles, type ImportEdge } from './folder-cycles.ts';

interface Layer {
  folders: readonly string[] | 'all but web and cli';
  /** Packages that may be imported; `node:*` stands for every built-in. */
  packages: readonly string[] | 'any';
}

const layers: Record<string, Layer> = {
  base: { folders: [], packages: [] },
  domain: { folders: ['base'], packages: [] },
  image: { folders: ['base', 'domain'], packages: ['node:crypto', 'node:zlib', 'sharp'] },
  contract: { folders: ['base', 'domain'], packages: ['zod', 're2js'] },
  ports: { folders: ['base', 'domain'], packages: [] },
  services: { folders: ['base', 'domain', 'ports'], packages: [] },
  client: { folders: ['base', 'domain', 'contract'], packages: [] },
  worker: { folders: ['base', 'domain', 'ports', 'client'], packages: [] },
  local: { folders: ['base', 'domain', 'ports', 'contract'], packages: 'any' },
  tools: { folders: ['base', 'domain', 'contract', 'client', 'ports'], packages: 'any' },
  adapters: { folders: ['base', 'domain', 'ports', 'image'], packages: 'any' },
  http: { folders: ['base', 'domain', 'contract', 'ports', 'services'], packages: 'any' },
  config: { folders: ['base', 'domain'], packages: ['zod', 'node:*'] },
  web: { folders: ['base', 'contract', 'domain', 'client'], packages: 'any' },
  cli: {
    folders: ['base', 'domain', 'contract', 'client', 'local', 'tools', 'config', 'compose'],
    packages: 'any',
  },
  compose: { folders: 'all but web and cli', packages: 'any' },
};

/** Files that only these folders may import, regardless of layers. */
const reserved: Record<string, readonly string[]> = {
  'ports/identity-records.ts': ['adapters/database/', 'adapters/identity/', 'compose/'],
};

const root = join(import.meta.dirname, '..', 'src');
const breaches: string[] = [];
/** Layers whose folders must not import each other. */
const withoutCycles = ['web', 'cli'];
const imports: ImportEdge[] = [];

/** The layer of a path below `src`; `compose.ts` is a separate layer. */
function layerOf(path: string): string {
  return path.split('/')[0]!.replace(/\.ts$/, '');
}

function checkImport(file: string, specifier: string): void {
  const layer = layers[layerOf(file)];
  if (layer === undefined) {
    breaches.push(`${file}: "${layerOf(file)}" is not in the layer table`);
    return;
  }
  if (specifier.startsWith('.')) {
    const target = normalize(join(dirname(file), specifier));
    if (target.startsWith('..')) return (breaches.push(`${file}: leaves src with ${specifier}`), undefined);
    if (reserved[target]?.every((folder) => !file.startsWith(folder)) === true)
      breaches.push(`${file}: only ${reserved[target].join(', ')} may import ${target}`);
    const targetLayer = layerOf(target);
    if (targetLayer === layerOf(file)) return (imports.push({ from: file, to: target }), undefined);
    const allowed =
      layer.folders === 'all but web and cli'
        ? targetLayer !== 'web' && targetLayer !== 'cli'
        : layer.folders.includes(targetLayer);
    if (!allowed) breaches.push(`${file}: ${layerOf(file)} may not import ${targetLayer} (${specifier})`);
    return;
  }
  if (layer.packages === 'any') return;
  const isBuiltin = specifier.startsWith('node:') || builtinModules.includes(specifier);
  if (isBuiltin && !specifier.startsWith('node:')) breaches.push(`${file}: write node:${specifier}`);
  const allowed = layer.packages.includes(specifier) || (isBuiltin && layer.packages.includes('node:*'));
  if (!allowed) breaches.push(`${file}: ${layerOf(file)} may not import the package ${specifier}`);
}

const files = globSync('**/*.{ts,tsx}', { cwd: root }).map((file) => file.replaceAll('\\', '/'));
for (const file of files) {
  if (/\.test\.tsx?$/.test(file) || file.endsWith('.as.ts') || file.endsWith('vite.config.ts')) continue;
  const text = readFileSync(join(root, file), 'utf8');
  for (const imported of ts.preProcessFile(text, true, true).importedFiles)
    checkImport(file, imported.fileName);
}

for (const layer of withoutCycles) {
  for (const { folders, edges } of findFolderCycles(imports.filter(({ from }) => layerOf(from) === layer))) {
    const lines = edges.map(({ from, to }) => `    ${from} → ${to}`);
    breaches.push([`${folders.join(', src/')}: import each other`, ...lines].join('\n'));
  }
}

for (const breach of breaches) console.error(`src/${breach}`);
if (breaches.length > 0) process.exit(1);
console.log(`layers: ${files.length} files in ${relative(process.cwd(), root) || root}, no breach`);
