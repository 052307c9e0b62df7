import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../base/errors.ts';
import { startReportServer, type ReportServer } from './serve-report.ts';

let folder: string;
let server: ReportServer;
const approved: (readonly string[])[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dpxdt-serve-report-'));
  await mkdir(join(folder, 'report/images'), { recursive: true });
  await writeFile(
    join(folder, 'report/index.html'),
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; x"><title>R</title>`,
  );
  await writeFile(join(folder, 'report/images/a.png'), 'png');
  await writeFile(join(folder, 'secret.png'), 'secret');
  await symlink(join(folder, 'secret.png'), join(folder, 'report/images/link.png'));
  server = await startReportServer({
    reportFolder: join(folder, 'report'),
    approve: async (names) => {
      if (names.includes('bad')) throw new AppError('not_found', 'The last run has no test "bad".');
      approved.push(names);
      return names.map((name) => ({ name, reference: `${name}.png`, outcome: 'approved' as const }));
    },
  });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Sent {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
}

function ask({
  method = 'GET',
  path = '',
  headers = {},
  body = '',
}: Sent): Promise<{ status: number; text: string }> {
  return new Promise((done, failed) => {
    const { port, pathname } = new URL(server.url);
    const sent = httpRequest({
      host: '127.0.0.1',
      port,
      method,
      path: path.startsWith('/') ? path : pathname + path,
      headers,
    });
    sent.once('error', failed);
    sent.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.once('end', () => done({ status: response.statusCode ?? 0, text }));
    });
    sent.end(body);
  });
}

const own = () => ({ origin: new URL(server.url).origin });
const post = (body: string, headers: Record<string, string> = own()) =>
  ask({ method: 'POST', path: 'approve', headers, body });

describe('a served report', () => {
  it('shows the page, which may approve, and its images, and nothing else', async () => {
    const page = await ask({});
    expect(page.status).toBe(200);
    expect(page.text).toContain("default-src 'none'; connect-src 'self'; x");
    expect(page.text).toContain('<meta name="dpxdt-approve" content="approve" />');
    expect(await ask({ path: 'images/a.png' })).toEqual({ status: 200, text: 'png' });
    for (const path of [
      'images/link.png',
      'images/..%2f..%2fsecret.png',
      '../secret.png',
      'results.json',
      '%zz',
      'images/none.png',
    ])
      expect((await ask({ path })).status, path).toBe(404);
  });

  it('P109: answers nobody without the token, nor under another name', async () => {
    expect((await ask({ path: '/' })).status).toBe(404);
    expect((await ask({ path: '/index.html' })).status).toBe(404);
    expect((await ask({ headers: { host: 'evil.test' } })).status).toBe(404);
  });

  it('P109: approves for itself alone, and says why it cannot', async () => {
    expect(JSON.parse((await post('{"names":["home"],"run":"now"}')).text)).toEqual({
      approvals: [{ name: 'home', reference: 'home.png', outcome: 'approved' }],
    });
    expect((await post('{"names":["x"],"run":"now"}', {})).status).toBe(403);
    expect((await post('{"names":["x"],"run":"now"}', { origin: 'http://evil.test' })).status).toBe(403);
    expect((await ask({ path: 'approve' })).status).toBe(405);
    for (const body of [
      '',
      '[]',
      '{"names":"x","run":"now"}',
      '{"names":["x"]}',
      `{"names":["${'x'.repeat(2 ** 20)}"]}`,
    ])
      expect((await post(body)).status).toBe(400);
    expect(await post('{"names":["bad"],"run":"now"}')).toEqual({
      status: 400,
      text: '{"message":"The last run has no test \\"bad\\"."}',
    });
    expect(approved).toEqual([['home']]);
  });
});
