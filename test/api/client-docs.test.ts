import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer, type TestServer } from './support/server.ts';

const root = resolve(import.meta.dirname, '..', '..');
const source = join(root, 'src/client/index.ts');

let server: TestServer;
const folder = mkdtempSync(join(root, 'test/api/.client-docs-'));
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.close();
});

/** The page's examples, one after another, as one program against the real server. */
it('docs/client.md shows a program that runs', async () => {
  const text = readFileSync(join(root, 'docs/client.md'), 'utf8');
  const blocks = [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map((match) => match[1]!);
  expect(blocks.length).toBeGreaterThan(5);
  const code = blocks.join('\n');
  const imports = [...new Set(code.match(/^import .*$/gm))];
  const program = [...imports, code.replace(/^import .*$/gm, '')]
    .join('\n')
    .replaceAll("'dpxdt/client'", JSON.stringify(source))
    .replace("'http://localhost:5000'", JSON.stringify(server.url))
    .replace('const buildId = 1;', `const buildId = ${server.buildA};`)
    .replace("decision: 'bad',", "decision: 'bad',\n  operationId: 'from the docs',");
  writeFileSync(join(folder, 'program.ts'), program);
  writeFileSync(
    join(folder, 'screenshot.png'),
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  );
  await server.client().addTask({ queueName: 'my-queue', payload: '{"a":1}' });
  // Nobody captures here: the run is reported as failed as soon as it is asked for, so that waiting ends.
  const watching = setInterval(() => void failCaptures(), 50);
  const { status, output } = await run('program.ts');
  clearInterval(watching);
  expect(output).toContain('Look at https://depicted.example/release?id=');
  expect(output).toContain('bad\n');
  expect(output).toContain('not_found Build 1 has no release "no such" number 1.');
  expect(status).toBe(0);
});

async function failCaptures(): Promise<void> {
  const client = server.client();
  const { tasks } = await client.leaseTasks({ queueName: 'capture' });
  for (const { taskId, leaseId } of tasks) {
    await client.finishTask({
      queueName: 'capture',
      taskId,
      leaseId,
      error: 'failed',
      failure: { reason: 'tls_error', message: 'No certificate.' },
    });
  }
}

function run(file: string): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, [file], {
    cwd: folder,
    env: {
      ...process.env,
      DPXDT_CLIENT_ID: server.superKey.keyId,
      DPXDT_CLIENT_SECRET: server.superKey.keySecret,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((done) => child.on('close', (status) => done({ status, output })));
}
