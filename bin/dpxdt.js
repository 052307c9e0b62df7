#!/usr/bin/env node
// Plain JavaScript that any Node can parse: it must be able to say that this Node is too old.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const wanted = 24;
const major = Number(process.versions.node.split('.')[0]);

if (major >= wanted) {
  // Node before 24.15 calls its SQLite experimental each time it is loaded; that is for us to know, not for users.
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    if (rest[0] === 'ExperimentalWarning' && /^SQLite\b/.test(String(warning))) return;
    Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  const built = new URL('../dist/cli/main.js', import.meta.url);
  const source = new URL('../src/cli/main.ts', import.meta.url);
  await import((existsSync(source) ? source : built).href);
} else {
  const brought = fileURLToPath(new URL('../.node/bin/node', import.meta.url));
  if (!existsSync(brought)) {
    console.error(
      `dpxdt needs Node ${wanted} or newer; this is Node ${process.versions.node}. Install it from https://nodejs.org, or run "npm start" in a clone of the repository, which brings its own.`,
    );
    process.exit(2);
  }
  const result = spawnSync(brought, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exit(result.status ?? 130);
}
