import { createHash } from 'node:crypto';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';

const here = import.meta.dirname;
const build = join(here, '..', '..', 'build');
/** Output folder of the review UI; set another one for concurrent builds. */
const reviewFolder = process.env['DPXDT_WEB_FOLDER'] ?? join(build, 'web');
/** Where the server serves it; see src/http/pages/web-files.ts. */
const reviewAddress = '/static/app/';

/** What every page of this folder must work in. */
export const browsers = ['chrome123', 'firefox128', 'safari17.5'];

/** The pages are written for React; Preact runs them, for a tenth of the bytes. See docs/adr/0030-one-ui-kit.md. */
export const aliases = [
  { find: /^react$/, replacement: 'preact/compat' },
  { find: /^react-dom$/, replacement: 'preact/compat' },
  { find: /^react-dom\/client$/, replacement: 'preact/compat/client' },
  { find: /^react\/jsx(-dev)?-runtime$/, replacement: 'preact/jsx-runtime' },
];

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

function digests(html: string, element: RegExp): string {
  return [...html.matchAll(element)]
    .map((match) => `'sha256-${createHash('sha256').update(match[1]!).digest('base64')}'`)
    .join(' ');
}

/** A classic script before everything else, so that the first frame has the right theme. */
function bootScript(): Plugin {
  return {
    name: 'dpxdt:boot-script',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const source = readFileSync(join(here, 'review', 'boot.js'));
        const fileName = `assets/boot-${createHash('sha256').update(source).digest('hex').slice(0, 8)}.js`;
        this.emitFile({ type: 'asset', fileName, source });
        const page = bundle['review.html'];
        if (page?.type !== 'asset') return this.error('there is no review.html');
        page.source = String(page.source).replace(
          '<meta name="boot" />',
          `<script src="${reviewAddress}${fileName}"></script>`,
        );
      },
    },
  };
}

/** Beside every text its compressed forms, so that the server only picks one. */
function precompress(): Plugin {
  return {
    name: 'dpxdt:precompress',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (!/\.(js|css|svg)$/.test(file.fileName)) continue;
          const source = Buffer.from(file.type === 'chunk' ? file.code : file.source);
          const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
          const br = brotliCompressSync(source, { params });
          this.emitFile({ type: 'asset', fileName: `${file.fileName}.br`, source: br });
          this.emitFile({ type: 'asset', fileName: `${file.fileName}.gz`, source: gzipSync(source) });
        }
      },
    },
  };
}

/** Removes what earlier builds left, after the new files are there: a server that runs always has a whole UI. */
function removeOldFiles(): Plugin {
  return {
    name: 'dpxdt:remove-old-files',
    writeBundle({ dir }, bundle) {
      for (const file of globSync('assets/*', { cwd: dir! })) {
        if (!Object.hasOwn(bundle, file.replaceAll('\\', '/'))) rmSync(join(dir!, file), { force: true });
      }
    },
  };
}

function only(environment: 'report' | 'review', plugin: Plugin): Plugin {
  return { ...plugin, applyToEnvironment: ({ name }) => name === environment };
}

/**
 * One Vite build for every page. Each page is a separate environment, because the report must be one chunk in one
 * file while the server's UI is split into many.
 */
export default defineConfig({
  root: here,
  base: reviewAddress,
  publicDir: false,
  resolve: { alias: aliases },
  plugins: [
    react(),
    only('report', viteSingleFile({ useRecommendedBuildConfig: false }) as Plugin),
    only('report', lockPolicy()),
    only('review', bootScript()),
    only('review', precompress()),
    only('review', removeOldFiles()),
  ],
  worker: { format: 'es' },
  builder: {
    async buildApp(builder) {
      await builder.build(builder.environments.report!);
      await builder.build(builder.environments.review!);
    },
  },
  environments: {
    report: {
      consumer: 'client',
      build: {
        outDir: build,
        emptyOutDir: false,
        target: browsers,
        cssTarget: browsers,
        cssCodeSplit: false,
        assetsInlineLimit: () => true,
        assetsDir: '',
        reportCompressedSize: false,
        chunkSizeWarningLimit: 100_000,
        rollupOptions: { input: join(here, 'report.html'), output: { codeSplitting: false } },
      },
    },
    review: {
      consumer: 'client',
      build: {
        outDir: reviewFolder,
        emptyOutDir: false,
        target: browsers,
        cssTarget: browsers,
        assetsInlineLimit: 0,
        manifest: 'manifest.json',
        // The report is made of fewer packages.
        license: { fileName: 'LICENSES.md' },
        modulePreload: { polyfill: false },
        reportCompressedSize: false,
        rollupOptions: { input: join(here, 'review.html') },
      },
    },
  },
});
