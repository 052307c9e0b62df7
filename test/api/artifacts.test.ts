import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { download } from '../../src/contract/original/download.ts';
import { upload } from '../../src/contract/original/upload.ts';
import { answered, send, type Answered } from './support/send.ts';
import { basic, startServer, type TestServer } from './support/server.ts';

const png = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  Buffer.from('not really an image'),
]);

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ service: { maxImageBytes: 300_000, maxArtifactBytes: 100_000 } });
});
afterAll(() => server.close());
afterEach(async () => expect(await server.unfinishedUploads()).toEqual([]));

const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex');

type Part = [name: string, value: string] | { file: Buffer; name: string };

/** A multipart body with its parts in exactly this order. */
async function uploadParts(parts: Part[]): Promise<Answered> {
  const form = new FormData();
  for (const part of parts) {
    if (Array.isArray(part)) form.append(part[0], part[1]);
    else form.append('file', new Blob([new Uint8Array(part.file)]), part.name);
  }
  return answered(
    await fetch(`${server.url}/api/upload`, { method: 'POST', headers: basic(server.keyA), body: form }),
  );
}

async function get(digest: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  return fetch(`${server.url}/api/download?build_id=${server.buildA}&sha1sum=${digest}`, {
    method,
    headers: { ...basic(server.keyA), ...headers },
  });
}

describe('upload', () => {
  const build = (): Part => ['build_id', String(server.buildA)];

  it('takes the file before and after the fields', async () => {
    const file: Part = { file: png, name: 'screenshot.png' };
    for (const parts of [
      [build(), file],
      [file, build()],
      [['x', '1'] as Part, file, build(), ['y', '2'] as Part],
    ]) {
      expect(await uploadParts(parts)).toMatchObject({
        status: 200,
        body: { success: true, build_id: server.buildA, sha1sum: sha1(png), content_type: 'image/png' },
      });
    }
  });

  it.each([
    ['screenshot.html', png, 'image/png'],
    ['a.json', Buffer.from('{"a":1}'), 'application/json'],
    ['a.json', Buffer.from('{"a":'), 'text/plain'],
    ['a.txt', Buffer.from('{"a":1}'), 'text/plain'],
    ['page.html', Buffer.from('<script>alert(1)</script>'), 'text/plain'],
    ['a.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'text/plain'],
    ['a.png', Buffer.from([0, 1, 2, 255]), 'application/octet-stream'],
  ])('%s is told by its bytes', async (name, bytes, contentType) => {
    const { body } = await uploadParts([build(), { file: bytes, name }]);
    expect(body['content_type']).toBe(contentType);
  });

  it('refuses none, several, and a file that is not what it should be', async () => {
    expect(await uploadParts([build()])).toMatchObject({
      status: 400,
      body: { details: { parameter: 'file' } },
    });
    const two: Part[] = [build(), { file: png, name: 'a' }, { file: png, name: 'b' }];
    expect(await uploadParts(two)).toMatchObject({ status: 400 });
    for (const parts of [
      [build(), ['sha1sum', 'a'.repeat(40)] as Part, { file: png, name: 'a' }],
      [build(), { file: png, name: 'a' }, ['sha1sum', 'a'.repeat(40)] as Part],
      [{ file: png, name: 'a' }, ['sha1sum', 'a'.repeat(40)] as Part, build()],
    ]) {
      expect(await uploadParts(parts)).toMatchObject({ status: 400, body: { code: 'digest_mismatch' } });
    }
    const form = await send(server, upload, [['build_id', server.buildA]], { encoding: 'form' });
    expect(form.status).toBe(400);
  });

  it('refuses a file on operations that take none', async () => {
    const form = new FormData();
    form.append('build_id', String(server.buildA));
    form.append('release_name', new Blob(['x']), 'x.txt');
    const response = await fetch(`${server.url}/api/create_release`, {
      method: 'POST',
      headers: basic(server.keyA),
      body: form,
    });
    expect(response.status).toBe(400);
  });

  it('D25: refuses what is too large with 413, wherever the fields are, and leaves nothing behind', async () => {
    const text = Buffer.alloc(100_001, 'x');
    const image = Buffer.concat([png, Buffer.alloc(300_000)]);
    for (const file of [text, image]) {
      for (const parts of [
        [build(), { file, name: 'a' }],
        [{ file, name: 'a' }, build()],
      ] as Part[][]) {
        expect(await uploadParts(parts)).toMatchObject({ status: 413, body: { code: 'too_large' } });
      }
      expect((await get(sha1(file))).status).toBe(404);
    }
    const fits = Buffer.concat([png, Buffer.alloc(300_000 - png.length)]);
    expect((await uploadParts([build(), { file: fits, name: 'a' }])).status).toBe(200);
  });

  it('streams through the client, from a function and from a blob', async () => {
    const client = server.client(server.keyA);
    const bytes = new Uint8Array(90_000).fill(65);
    const streamed = await client.upload({
      buildId: server.buildA,
      fileName: 'a "quoted"\r\nname.txt',
      content: () =>
        new ReadableStream({
          start(controller) {
            for (let start = 0; start < bytes.length; start += 1_000)
              controller.enqueue(bytes.slice(start, start + 1_000));
            controller.close();
          },
        }),
    });
    expect(streamed.sha1sum).toBe(sha1(bytes));
    const blob = await client.upload({ buildId: server.buildA, fileName: 'a', content: new Blob([bytes]) });
    expect(blob.sha1sum).toBe(sha1(bytes));
  });
});

describe('D25 with the limits of a real server', () => {
  let real: TestServer;
  beforeAll(async () => {
    real = await startServer();
  });
  afterAll(() => real.close());

  const mebibytes = (count: number, begin = new Uint8Array()) => {
    const piece = new Uint8Array(1_048_576);
    return () =>
      new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(begin),
        pull(controller) {
          if (count-- > 0) controller.enqueue(piece);
          else controller.close();
        },
      });
  };

  it.each([
    ['a log of 17 MiB', 17, undefined],
    ['an image of 129 MiB', 129, new Uint8Array(png)],
  ])('%s is refused, and its memory and disk are given back', async (_what, size, begin) => {
    const before = process.memoryUsage().rss;
    const refused = real.client(real.keyA).upload({
      buildId: real.buildA,
      fileName: 'a',
      content: mebibytes(size, begin),
    });
    await expect(refused).rejects.toMatchObject({ code: 'too_large', details: { httpStatus: 413 } });
    expect(await real.unfinishedUploads()).toEqual([]);
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * 1_048_576);
  });

  it('a log of 15 MiB and an image of 30 MiB are taken', async () => {
    for (const [size, begin] of [
      [15, undefined],
      [30, new Uint8Array(png)],
    ] as const) {
      const content = mebibytes(size, begin);
      const taken = await real.client(real.keyA).upload({ buildId: real.buildA, fileName: 'a', content });
      expect(taken.sha1sum).toMatch(/^[0-9a-f]{40}$/);
    }
  });
});

describe('D15: download', () => {
  it('gives the bytes, and 304 to who has them', async () => {
    await uploadParts([['build_id', String(server.buildA)], { file: png, name: 'a.png' }]);
    const response = await get(sha1(png));
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(png);
    expect(response.headers.get('etag')).toBe(`"${sha1(png)}"`);
    expect(response.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    expect(response.headers.get('vary')).toContain('Authorization');
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(response.headers.get('content-length')).toBe(String(png.length));
    for (const tag of [`"${sha1(png)}"`, `"x", W/"${sha1(png)}"`, '*']) {
      const again = await get(sha1(png), { 'if-none-match': tag });
      expect(again.status).toBe(304);
      expect(await again.text()).toBe('');
    }
    expect((await get(sha1(png), { 'if-none-match': '"other"' })).status).toBe(200);
    const head = await get(sha1(png), {}, 'HEAD');
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe(String(png.length));
  });

  it('checks access before it says 304', async () => {
    for (const headers of [{}, basic(server.keyB)] as Record<string, string>[]) {
      const response = await fetch(
        `${server.url}/api/download?build_id=${server.buildA}&sha1sum=${sha1(png)}`,
        { headers: { ...headers, 'if-none-match': `"${sha1(png)}"` } },
      );
      expect([401, 404]).toContain(response.status);
    }
  });

  it('serves uploads so that they can never run script here', async () => {
    for (const [name, text] of [
      ['a.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
      ['a.html', '<script>alert(1)</script>'],
      ['x.json', '{"a":1}'],
    ]) {
      const file = Buffer.from(text!);
      await uploadParts([['build_id', String(server.buildA)], { file, name: name! }]);
      const { headers } = await get(sha1(file));
      expect(headers.get('content-security-policy')).toContain("default-src 'none'; sandbox");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('content-disposition')).toMatch(/^attachment; filename="[0-9a-f]{40}\.(txt|json)"$/);
      expect(headers.get('content-type')).toMatch(/^(text\/plain|application\/json); charset=utf-8$/);
    }
    const { headers } = await get(sha1(png));
    expect(headers.get('content-disposition')).toMatch(/^inline/);
  });

  it('never answers 200 with damaged bytes', async () => {
    const file = Buffer.from('will be damaged');
    await uploadParts([['build_id', String(server.buildA)], { file, name: 'a.txt' }]);
    await server.core.blobs.delete(sha1(file));
    const { status, body } = await send(server, download, [
      ['build_id', server.buildA],
      ['sha1sum', sha1(file)],
    ]);
    expect({ status, code: body['code'] }).toEqual({ status: 500, code: 'artifact_corrupt' });
    await uploadParts([['build_id', String(server.buildA)], { file, name: 'a.txt' }]);
    expect((await get(sha1(file))).status).toBe(200);
  });
});
