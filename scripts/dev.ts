/** `npm run dev`: runs the unit tests that a change touches, and rebuilds kernel, report and review UI when their sources change. */
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Builds after changes below `folders`, one build at a time; changes during a build start one more. */
function rebuild(script: string, folders: readonly string[]): void {
  let state: 'idle' | 'building' | 'again' = 'idle';
  const build = () => {
    state = 'building';
    console.log(`dev: npm run ${script}`);
    spawn('npm', ['run', '--silent', script], { cwd: root, stdio: 'inherit' }).once('close', (status) => {
      if (status !== 0) console.log(`dev: npm run ${script} failed`);
      if (state === 'again') build();
      else state = 'idle';
    });
  };
  for (const folder of folders) {
    watch(join(root, folder), { recursive: true }, () => {
      if (state === 'idle') build();
      else state = 'again';
    });
  }
}

rebuild('build:kernel', ['src/image/kernel']);
rebuild('build:web', ['src/web', 'src/domain', 'src/contract']);

const tests = spawn(
  'npx',
  ['--no-install', 'vitest', 'watch', '--project', 'unit', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
tests.once('close', (status) => process.exit(status ?? 130));
