/** Everything that must pass before a commit: one line per step, the output of a step only when it fails. */
import { spawnSync } from 'node:child_process';

const steps: [name: string, command: string[], show: boolean][] = [
  ['lint', ['npx', '--no-install', 'eslint', '.'], false],
  ['format', ['npx', '--no-install', 'prettier', '--check', '--log-level', 'warn', '.'], false],
  ['types', ['npx', '--no-install', 'tsc', '--noEmit'], false],
  ['layers', [process.execPath, 'scripts/check-layers.ts'], false],
  ['dead code', [process.execPath, 'scripts/dead-code.ts'], false],
  ['unit tests', ['npx', '--no-install', 'vitest', 'run', '--project', 'unit'], true],
  ['store tests', ['npx', '--no-install', 'vitest', 'run', '--project', 'store'], true],
  ['api tests', ['npx', '--no-install', 'vitest', 'run', '--project', 'api'], true],
  ['browser tests', ['npx', '--no-install', 'vitest', 'run', '--project', 'browser'], true],
];

const only = process.argv.slice(2);
let failed = 0;
for (const [name, [command, ...args], show] of steps) {
  if (only.length > 0 && !only.some((word) => name.includes(word))) continue;
  const start = performance.now();
  const result = spawnSync(command!, args, { stdio: show ? 'inherit' : 'pipe', encoding: 'utf8' });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const ok = result.status === 0;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  if (!ok) {
    failed++;
    if (!show) process.stdout.write(result.stdout + result.stderr);
  }
}
process.exit(failed === 0 ? 0 : 1);
