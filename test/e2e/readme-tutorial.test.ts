/** The README's tutorial, as it is printed. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { blocksOf, commandsOf } from '../support/readme.ts';

const root = resolve(import.meta.dirname, '..', '..');
const program = join(root, 'bin', 'dpxdt.js');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'dpxdt-readme-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('README shows a tutorial that runs as it is printed', async () => {
  const port = await freePort();
  const [yaml] = blocksOf(readme, 'yaml');
  const usable = yaml!.replace(/^ {2}dpxdt /m, `  "${process.execPath}" "${program}" `);
  expect(usable).not.toBe(yaml);
  mkdirSync(join(folder, 'tests'));
  writeFileSync(join(folder, 'tests', 'shop.yaml'), usable.replaceAll('8000', String(port)));
  writeFileSync(join(folder, 'demo.html'), '<h2>dpxdt local demo</h2><p>It spots changes.</p>');

  const tutorial = commandsOf(readme).filter((line) => line.startsWith('dpxdt '));
  expect(tutorial).toEqual(['dpxdt update tests', 'dpxdt test tests', 'dpxdt approve tests']);
  for (const line of tutorial) {
    const { status, text } = dpxdt(line);
    expect(text).not.toMatch(/\n\s+at |\x1b/);
    expect(status, text).toBe(0);
  }
  expect(existsSync(join(folder, 'tests', 'demo.png'))).toBe(true);

  writeFileSync(join(folder, 'demo.html'), '<h2>dpxdt local demo</h2><p>It finds changes.</p>');
  expect(dpxdt('dpxdt test tests').status).toBe(1);
  expect(dpxdt('dpxdt approve tests').status).toBe(0);
  expect(dpxdt('dpxdt test tests').status).toBe(0);
});

function dpxdt(line: string): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...line.split(' ').slice(1)], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, CI: '1' },
  });
  return { status, text: stdout + stderr };
}
