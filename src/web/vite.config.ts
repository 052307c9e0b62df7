import { createHash } from 'node:crypto';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';

const build = join(import.meta.dirname, '..', '..', 'build');

/** Where the local tool puts a report's data. */
const dataPlace = '<script type="application/json" id="dpxdt-report">null</script>';

/**
 * Lets the report run only the script and the style that were built into it: their digests replace a placeholder in the
 * page's Content-Security-Policy, so that nothing in a name, a log or a config can ever run or reach the network.
 */
function lockPolicy(): Plugin {
  return {
    name: 'dpxdt:lock-policy',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== 'asset' || !file.fileName.endsWith('.html')) continue;
          const html = String(file.source);
          if (html.split(dataPlace).length !== 2)
            this.error('the report must have exactly one place for its data');
          const script = digests(html, /<script type="module"[^>]*>([\s\S]*?)<\/script>/g);
          const style = digests(html, /<style[^>]*>([\s\S]*?)<\/style>/g);
          if (script === '' || style === '')
            this.error('the report has no inlined script or no inlined style');
          file.source = html.replace("'dpxdt-script'", script).replace("'dpxdt-style'", style);
        }
      },
    },
  };
}

function forReport(plugin: Plugin): Plugin {
  return { ...plugin, applyToEnvironment: (environment) => environment.name === 'report' };
}

function digests(html: string, element: RegExp): string {
  return [...html.matchAll(element)]
    .map((match) => `'sha256-${createHash('sha256').update(match[1]!).digest('base64')}'`)
    .join(' ');
}

/**
 * One Vite build for every page. Each page is an environment of its own, because the report must be one chunk in one
 * file while the server's UI is split into many.
 */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react(), forReport(viteSingleFile() as Plugin), forReport(lockPolicy())],
  builder: {
    async buildApp(builder) {
      await builder.build(builder.environments.report!);
    },
  },
  environments: {
    report: {
      consumer: 'client',
      build: {
        outDir: build,
        emptyOutDir: false,
        target: ['chrome123', 'firefox128', 'safari17.5'],
        cssTarget: ['chrome123', 'firefox128', 'safari17.5'],
        reportCompressedSize: false,
        rollupOptions: { input: join(import.meta.dirname, 'report.html') },
      },
    },
  },
});
