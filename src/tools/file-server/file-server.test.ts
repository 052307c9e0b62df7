import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import { startFileServer, type FileServer } from './file-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'dpxdt-serve-'));
const root = join(folder, 'site');
let server: FileServer;

beforeAll(async () => {
  mkdirSync(join(root, 'sub', 'deep'), { recursive: true });
  mkdirSync(join(root, 'list', '<b>'), { recursive: true });
  mkdirSync(join(folder, 'site-other'));
  const files = {
    'site/index.html': 'home',
    'site/sub/index.html': 'sub',
    'site/sub/a.svg': '<svg/>',
    'site/style.css': 'b {}',
    'site/ä b.txt': 'text',
    'site/list/z.js': 'z',
    'site/list/a&b.png': 'a',
    'site/.env': 'SECRET',
    'secret.txt': 'secret',
    'site-other/secret.txt': 'secret',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  symlinkSync(join(folder, 'secret.txt'), join(root, 'link.txt'));
  symlinkSync(join(folder, 'site-other'), join(root, 'other'));
  symlinkSync(join(root, 'style.css'), join(root, 'linked.css'));
  server = await startFileServer({ folder: root, host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** Sends the path as it is: `fetch` would tidy it up. */
function get(
  path: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; type: string; body: string; headers: NodeJS.Dict<string | string[]> }> {
  const { port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port, path, ...options }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          type: response.headers['content-type'] ?? '',
          body,
          headers: response.headers,
        }),
      );
    })
      .once('error', reject)
      .end();
  });
}

describe('files', () => {
  it.each([
    ['/', 'text/html; charset=utf-8', 'home'],
    ['/index.html?v=2', 'text/html; charset=utf-8', 'home'],
    ['/sub/', 'text/html; charset=utf-8', 'sub'],
    ['/sub/a.svg', 'image/svg+xml', '<svg/>'],
    ['/style.css', 'text/css; charset=utf-8', 'b {}'],
    ['/linked.css', 'text/css; charset=utf-8', 'b {}'],
    ['/%C3%A4%20b.txt', 'text/plain; charset=utf-8', 'text'],
  ])('%s is served as %s', async (path, type, body) => {
    expect(await get(path)).toMatchObject({
      status: 200,
      type,
      body,
      headers: { 'cache-control': 'no-cache' },
    });
  });

  it('have heads, ranges and tags', async () => {
    expect(await get('/style.css', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    expect(await get('/style.css', { headers: { range: 'bytes=2-' } })).toMatchObject({
      status: 206,
      body: '{}',
    });
    const { etag } = (await get('/style.css')).headers;
    expect(await get('/style.css', { headers: { 'if-none-match': String(etag) } })).toMatchObject({
      status: 304,
    });
  });

  it.each(['POST', 'PUT', 'DELETE'])('are not open to %s', async (method) => {
    expect(await get('/style.css', { method })).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD' },
    });
  });
});

describe('folders', () => {
  it('end in a slash', async () => {
    expect(await get('/sub?x=1')).toMatchObject({ status: 301, headers: { location: '/sub/?x=1' } });
  });

  it('without an index are listed, escaped, in order', async () => {
    const { status, body } = await get('/list/');
    expect(status).toBe(200);
    expect(body.match(/<li>.*<\/li>/g)).toEqual([
      '<li><a href="./%3Cb%3E/">&lt;b&gt;/</a></li>',
      '<li><a href="./a%26b.png">a&amp;b.png</a></li>',
      '<li><a href="./z.js">z.js</a></li>',
    ]);
  });
});

describe('what is not in the folder', () => {
  it.each([
    '/none',
    '/.env',
    '/link.txt',
    '/other/',
    '/other/secret.txt',
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/sub/..%2f..%2fsecret.txt',
    '/%2e%2e/site-other/secret.txt',
    '/..%5csecret.txt',
    '//etc/passwd',
    '/%00',
    '/%ff',
    '/index.html/',
  ])('is not served: %s', async (path) => {
    const { status, body } = await get(path);
    expect([400, 403, 404]).toContain(status);
    expect(body).not.toMatch(/secret|root:/i);
  });

  it('is not reached through another name of this machine', async () => {
    expect(await get('/', { headers: { host: 'evil.example' } })).toMatchObject({ status: 421 });
    expect(await get('/', { headers: { host: 'shop.localhost:80' } })).toMatchObject({ status: 200 });
  });
});

it('says why it cannot start', async () => {
  const { port } = new URL(server.url);
  const taken = startFileServer({ folder: root, host: '127.0.0.1', port: Number(port) });
  await expect(taken).rejects.toThrow(`Port ${port} of 127.0.0.1 cannot be used: it is taken.`);
  const file = startFileServer({ folder: join(root, 'style.css'), host: '127.0.0.1', port: 0 });
  await expect(file).rejects.toThrow('is no folder');
});
