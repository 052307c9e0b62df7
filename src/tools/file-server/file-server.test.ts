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
  mkdirSync(join(root, '.git'));
  mkdirSync(join(folder, 'site-other'));
  const files = {
    'site/index.html': 'home',
    'site/sub/index.html': 'sub',
    'site/sub/a.svg': '<svg/>',
    'site/style.css': 'b {}',
    'site/empty.txt': '',
    'site/LICENSE': 'bytes',
    'site/ä b.txt': 'text',
    'site/list/z.js': 'z',
    'site/list/a&b.png': 'a',
    'site/.env': 'SECRET',
    'site/.git/config': 'SECRET',
    'secret.txt': 'secret',
    'site-other/secret.txt': 'secret',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  symlinkSync(join(folder, 'secret.txt'), join(root, 'link.txt'));
  symlinkSync(join(folder, 'site-other'), join(root, 'other'));
  symlinkSync(join(root, '.env'), join(root, 'env.txt'));
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
    ['/empty.txt', 'text/plain; charset=utf-8', ''],
    ['/LICENSE', 'application/octet-stream', 'bytes'],
  ])('%s is served as %s', async (path, type, body) => {
    expect(await get(path)).toMatchObject({
      status: 200,
      type,
      body,
      headers: { 'cache-control': 'no-cache' },
    });
  });

  it.each(['/style.css', '/'])('have heads: %s', async (path) => {
    const { headers } = await get(path);
    const head = await get(path, { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '', headers: { 'content-length': '4' } });
    expect(head.headers['content-type']).toBe(headers['content-type']);
  });

  it.each([
    ['bytes=2-', 206, '{}', 'bytes 2-3/4'],
    ['bytes=0-0', 206, 'b', 'bytes 0-0/4'],
    ['bytes=1-99', 206, ' {}', 'bytes 1-3/4'],
    ['bytes=-2', 206, '{}', 'bytes 2-3/4'],
    ['bytes=-99', 206, 'b {}', 'bytes 0-3/4'],
    ['bytes=4-', 416, '', 'bytes */4'],
    ['bytes=-0', 416, '', 'bytes */4'],
    ['bytes=3-1', 200, 'b {}', undefined],
    ['bytes=0-0,2-2', 200, 'b {}', undefined],
    ['bytes=-', 200, 'b {}', undefined],
    ['lines=1-2', 200, 'b {}', undefined],
  ])('have ranges: %s gives %i', async (range, status, body, contentRange) => {
    const answer = await get('/style.css', { headers: { range } });
    expect([answer.status, answer.body, answer.headers['content-range']]).toEqual([
      status,
      body,
      contentRange,
    ]);
  });

  it('are whole when the range depends on a tag that proves nothing', async () => {
    const { etag } = (await get('/style.css')).headers;
    const headers = { range: 'bytes=2-', 'if-range': String(etag) };
    expect(await get('/style.css', { headers })).toMatchObject({ status: 200, body: 'b {}' });
  });

  it('are not sent again while they are the same', async () => {
    const { etag, 'last-modified': modified } = (await get('/style.css')).headers;
    const statusWith = async (headers: Record<string, string>) =>
      (await get('/style.css', { headers })).status;
    expect(await statusWith({ 'if-none-match': String(etag) })).toBe(304);
    expect(await statusWith({ 'if-none-match': `"other", ${String(etag)}` })).toBe(304);
    expect(await statusWith({ 'if-none-match': '*' })).toBe(304);
    expect(await statusWith({ 'if-none-match': '"other"' })).toBe(200);
    expect(await statusWith({ 'if-modified-since': String(modified) })).toBe(304);
    expect(await statusWith({ 'if-modified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' })).toBe(200);
    expect(await statusWith({ 'if-modified-since': 'yesterday' })).toBe(200);
    expect(await statusWith({ 'if-none-match': '"other"', 'if-modified-since': String(modified) })).toBe(200);
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

  it.each(['//sub', '///sub', '/./sub', '/sub/../list'])('never lead to another host: %s', async (path) => {
    const { status, headers } = await get(path);
    expect([301, 404]).toContain(status);
    expect(headers.location ?? '/').toMatch(/^\/(?!\/)/);
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
    '/env.txt',
    '/.git/config',
    '/sub/../.env',
    '/sub/..%2f.env',
    '/linked.css/',
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
    expect(body).not.toMatch(/secret|root:|b \{\}/i);
  });

  it('is not reached through another name of this machine', async () => {
    expect(await get('/', { headers: { host: 'evil.example' } })).toMatchObject({ status: 421 });
    expect(await get('/', { headers: { host: 'shop.localhost:80' } })).toMatchObject({ status: 200 });
  });
});

it('says why it cannot start', async () => {
  const { port } = new URL(server.url);
  const taken = startFileServer({ folder: root, host: '127.0.0.1', port: Number(port) });
  await expect(taken).rejects.toThrow(`Port ${port} of 127.0.0.1 cannot be used: it is in use.`);
  const file = startFileServer({ folder: join(root, 'style.css'), host: '127.0.0.1', port: 0 });
  await expect(file).rejects.toThrow('is not a folder');
});
