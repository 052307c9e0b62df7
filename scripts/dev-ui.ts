import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InlineConfig, Plugin } from 'vite';
import { uiAddresses } from '../src/http/pages/web-files.ts';
import { aliases } from '../src/web/vite.config.ts';

export interface DevUi {
  /** The repository's root. */
  root: string;
  /** Port of the UI. */
  port: number;
  /** Local port of the API server, which gets every request except pages of the UI. */
  apiPort: number;
}

/** Vite's server for the review UI: pages from their sources, everything else from the API server. */
export function devConfig({ root, port, apiPort }: DevUi): InlineConfig {
  const web = join(root, 'src', 'web');
  return {
    configFile: false,
    root: web,
    appType: 'custom',
    publicDir: false,
    logLevel: 'warn',
    cacheDir: join(root, 'build', 'vite'),
    resolve: { alias: aliases },
    oxc: { jsx: { runtime: 'automatic' } },
    plugins: [reviewPages(web)],
    server: {
      port,
      host: 'localhost',
      proxy: {
        '^/(api|healthz|readyz|metrics)(/|$|\\?)': {
          target: `http://127.0.0.1:${apiPort}`,
          xfwd: false,
        },
      },
    },
  };
}

/** Answers the UI's addresses with its shell. */
function reviewPages(web: string): Plugin {
  const boot = '<script src="/review/boot.js"></script>';
  return {
    name: 'dpxdt:review-pages',
    configureServer(server) {
      return () => {
        server.middlewares.use((request, response, next) => {
          const path = new URL(request.originalUrl ?? '/', 'http://localhost').pathname;
          if (!uiAddresses.some((address) => address === path)) return next();
          const shell = readFileSync(join(web, 'review.html'), 'utf8').replace('<meta name="boot" />', boot);
          server.transformIndexHtml(path, shell).then(
            (html) => response.setHeader('content-type', 'text/html; charset=utf-8').end(html),
            (error: unknown) => next(error),
          );
        });
      };
    },
  };
}
