/** The README is true: its links lead somewhere, its scripts exist, its tutorial runs. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..');
const program = join(root, 'bin', 'dpxdt.js');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'dpxdt-readme-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(
    (match) => match[1]!,
  );
}

const commands = blocks('sh')
  .flatMap((block) => block.split('\n'))
  .map((line) => line.replace(/\s+#.*$/, '').trim())
  .filter((line) => line !== '');

describe('README', () => {
  it('links only to files that exist', () => {
    const links = [...readme.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
    const local = links.filter((link) => !/^[a-z]+:/.test(link)).map((link) => link.split('#')[0]!);
    expect(local.length).toBeGreaterThan(5);
    expect(local.filter((link) => link !== '' && !existsSync(join(root, link)))).toEqual([]);
  });

  it('shows only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const called = commands.flatMap((line) => /^npm (?:run )?([\w:]+)/.exec(line)?.[1] ?? []);
    expect(called).toEqual(expect.arrayContaining(['start', 'test']));
    expect(called.filter((name) => name !== 'install' && scripts[name] === undefined)).toEqual([]);
  });

  it('shows a tutorial that runs as it is printed', { timeout: 120_000 }, async () => {
    const port = await freePort();
    const [yaml] = blocks('yaml');
    const usable = yaml!.replace(/^ {2}dpxdt /m, `  "${process.execPath}" "${program}" `);
    expect(usable).not.toBe(yaml);
    mkdirSync(join(folder, 'tests'));
    writeFileSync(join(folder, 'tests', 'shop.yaml'), usable.replaceAll('8000', String(port)));
    writeFileSync(join(folder, 'demo.html'), '<h2>dpxdt local demo</h2><p>It spots changes.</p>');

    const tutorial = commands.filter((line) => line.startsWith('dpxdt '));
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
});

function dpxdt(line: string): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...line.split(' ').slice(1)], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, CI: '1' },
  });
  return { status, text: stdout + stderr };
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}
