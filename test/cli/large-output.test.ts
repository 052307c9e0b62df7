import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const binary = join(import.meta.dirname, '../../bin/dpxdt.js');

/** More than a pipe holds, with a slow reader. */
it('prints all of a large answer before it ends', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-large-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'tests'));
  const names = Array.from({ length: 8_000 }, (_, index) => `page ${index} ${'x'.repeat(120)}`);
  for (let file = 0; file < 4; file++) {
    const tests = names
      .slice(file * 2_000, (file + 1) * 2_000)
      .map((name) => `  - { name: "${name}", url: "http://x/" }`);
    writeFileSync(join(folder, `tests/${file}.yaml`), ['tests:', ...tests].join('\n'));
  }
  const child = spawn(process.execPath, [binary, 'test', 'tests', '--list-tests', '--json'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) {
    chunks.push(chunk as Buffer);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(JSON.parse(Buffer.concat(chunks).toString())).toEqual(names);
});
