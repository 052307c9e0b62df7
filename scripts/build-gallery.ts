/** Builds the gallery of the UI kit. Not part of the package. */
import { join } from 'node:path';
import { build, type Plugin } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';
import { aliases, browsers } from '../src/web/vite.config.ts';

const root = join(import.meta.dirname, '..');

/** @returns the built page, a single file that opens without a server */
export async function buildGallery(): Promise<string> {
  const outDir = join(root, 'build', 'kit-gallery');
  await build({
    configFile: false,
    root: join(root, 'src', 'web', 'kit', 'gallery'),
    logLevel: 'error',
    resolve: { alias: aliases },
    plugins: [viteSingleFile() as Plugin],
    build: { outDir, emptyOutDir: true, target: browsers, cssTarget: browsers },
  });
  return join(outDir, 'index.html');
}
