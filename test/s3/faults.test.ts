/** What a bucket does when its server, the way to it or the settings fail. */

import { randomBytes } from 'node:crypto';
import { describe, expect, inject, it } from 'vitest';
import { startFaultProxy, type Fault } from '../support/fault-proxy.ts';
import { freePort } from '../support/free-port.ts';
import { startS3Server } from '../support/s3.ts';
import { chunked, listed, newBucket, noS3Server, openBucket, put, readAll } from './blobs-world.ts';

if (inject('s3Endpoint') === null) {
  it('faults of a bucket', (context) => context.skip(noS3Server));
}

const dayMs = 86_400_000;
const internalError: Fault = { status: 500, body: '<Error><Code>InternalError</Code></Error>' };
const slowDown: Fault = { status: 503, body: '<Error><Code>SlowDown</Code></Error>' };
const tooMany: Fault = { status: 429, body: '' };
const proxysOwn: Fault = { status: 404, body: '<html>not found</html>' };
const nobody = async () => new Set<string>();

describe.skipIf(inject('s3Endpoint') === null)('a bucket', () => {
  async function behindProxy(times = {}) {
    const proxy = await startFaultProxy(inject('s3Endpoint')!);
    return { proxy, ...(await openBucket({ endpoint: proxy.endpoint, times })) };
  }

  it.each<[string, Fault]>([
    ['breaks the connection', 'reset'],
    ['breaks the connection during an upload', 'cut upload'],
    ['breaks off its answer', 'cut'],
    ['answers 500', internalError],
    ['answers 503 SlowDown', slowDown],
    ['answers 429', tooMany],
  ])('P60: is asked again when it %s, three times in all', async (_name, fault) => {
    const { proxy, blobs } = await behindProxy();
    const bytes = randomBytes(200_000);
    const isOfUploads = fault === 'cut upload';
    const isOfAnswers = fault === 'cut';
    const staged = await blobs.stage(chunked(bytes));
    if (!isOfAnswers) {
      proxy.faults = [fault, fault];
      await staged.commit();
    } else await staged.commit();
    if (!isOfUploads) {
      proxy.faults = [fault, fault];
      expect((await readAll(await blobs.open(staged.sha1, staged))).equals(bytes)).toBe(true);
    }
    const other = await blobs.stage(chunked(Buffer.from('other')));
    proxy.faults = [fault, fault, fault];
    const failing = isOfAnswers ? blobs.open(staged.sha1, staged) : other.commit();
    await expect(failing).rejects.toMatchObject({ code: 'unavailable', details: { retry_after: 5 } });
    expect(proxy.faults, 'all were met').toEqual([]);
    if (!isOfAnswers) expect(await listed(blobs)).toEqual([staged.sha1]);
    await other.commit();
    expect((await readAll(await blobs.open(other.sha1, other))).toString()).toBe('other');
  });

  it('P60: is asked again when it does not answer, and not for ever', async () => {
    const { proxy, blobs } = await behindProxy({ idleMs: 300, deadlineMs: 5_000 });
    proxy.faults = ['silence', 'silence'];
    expect(await blobs.stat('a'.repeat(40))).toBeNull();
    const stuck = await behindProxy({ idleMs: 60_000, deadlineMs: 300 });
    stuck.proxy.faults = ['silence'];
    await expect(stuck.blobs.stat('a'.repeat(40))).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('P60: continues a download where it broke off', async () => {
    const { proxy, blobs } = await behindProxy();
    const bytes = randomBytes(3 * 2 ** 20);
    const stored = await put(blobs, bytes);
    proxy.requests.length = 0;
    proxy.faults = [null, 'cut', 'cut', 'cut'];
    expect((await readAll(await blobs.open(stored.sha1, stored))).equals(bytes)).toBe(true);
    expect(proxy.requests.map((name) => name.split(' ')[0])).toEqual(['HEAD', 'GET', 'GET', 'GET', 'GET']);
    proxy.faults = [null, ...Array<Fault>(8).fill('cut')];
    await expect(readAll(await blobs.open(stored.sha1, stored))).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  it.each<[string, Fault[]]>([
    ['a proxy answers 404', [proxysOwn, proxysOwn, proxysOwn]],
    ['it answers 500', [internalError, internalError, internalError]],
    ['the connection breaks', ['reset', 'reset', 'reset']],
  ])('P60: never says that a blob is missing when %s', async (_name, faults) => {
    const { proxy, blobs } = await behindProxy();
    for (const ask of [
      () => blobs.open('a'.repeat(40), { size: 1, sha256: '' }),
      () => blobs.open('a'.repeat(40), { size: 2 ** 21, sha256: '' }),
      () => blobs.stat('a'.repeat(40)),
      () => blobs.readLabel(),
      () => listed(blobs),
    ]) {
      proxy.faults = [...faults, ...faults];
      await expect(ask()).rejects.toMatchObject({ code: 'unavailable' });
    }
    proxy.faults = [{ status: 200, body: '<html>Welcome</html>' }];
    await expect(listed(blobs)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await blobs.readLabel()).toBeNull();
  });

  it('P60: loses nothing when it stops, and goes on when it is back', async () => {
    const server = await startS3Server();
    try {
      const bucket = await newBucket(server.endpoint);
      const { blobs } = await openBucket({ endpoint: server.endpoint, bucket });
      const stored = await put(blobs, Buffer.from('before'));
      expect(await blobs.health()).toBe('ok');
      await server.stop();
      const staged = await blobs.stage(chunked(Buffer.from('during')));
      await expect(staged.commit()).rejects.toMatchObject({ code: 'unavailable' });
      await expect(blobs.open(stored.sha1, stored)).rejects.toMatchObject({ code: 'unavailable' });
      await expect(blobs.now()).rejects.toMatchObject({ code: 'unavailable' });
      await server.start();
      await staged.commit();
      expect((await readAll(await blobs.open(staged.sha1, staged))).toString()).toBe('during');
      expect((await readAll(await blobs.open(stored.sha1, stored))).toString()).toBe('before');
    } finally {
      await server.destroy();
    }
  });

  it('P47: keeps what is uploaded while it is being moved to the trash', async () => {
    const { proxy, blobs } = await behindProxy();
    const bytes = Buffer.from('raced');
    const stored = await put(blobs, bytes);
    const now = await blobs.now();
    let uploads = 0;
    // Between the last look and the deletion.
    proxy.before = async (name) => {
      if (!name.startsWith('DELETE')) return;
      proxy.before = null;
      uploads++;
      await put(blobs, bytes);
    };
    await blobs.trash(stored.sha1, { olderThan: now + dayMs, at: now });
    expect(uploads).toBe(1);
    const known = async () => new Set([stored.sha1]);
    expect(await blobs.emptyTrash(Infinity, known)).toEqual({ files: 0, bytes: 0 });
    expect(await listed(blobs)).toEqual([stored.sha1]);
    expect((await readAll(await blobs.open(stored.sha1, stored))).toString()).toBe('raced');
    expect(await blobs.emptyTrash(Infinity, nobody)).toEqual({ files: 0, bytes: 0 });
  });

  it('P47: does not move to the trash what was uploaded again meanwhile', async () => {
    const { proxy, blobs, damage } = await behindProxy();
    const bytes = Buffer.from('repaired');
    const stored = await put(blobs, bytes);
    const now = await blobs.now();
    for (const [moment, nth] of [
      ['PUT', 1],
      ['HEAD', 2],
    ] as const) {
      await damage(stored.sha1, Buffer.from('damaged!'));
      let seen = 0;
      // Before the copy, and before the second look.
      proxy.before = async (name) => {
        if (!name.startsWith(moment) || ++seen < nth) return;
        proxy.before = null;
        await put(blobs, bytes);
      };
      expect(await blobs.trash(stored.sha1, { olderThan: now + dayMs, at: now }), moment).toBe(false);
      expect((await readAll(await blobs.open(stored.sha1, stored))).toString()).toBe('repaired');
    }
  });

  it('is not written again where the database knows an intact copy', async () => {
    const { proxy, blobs } = await behindProxy();
    const bytes = randomBytes(1_000);
    const writes = () => proxy.requests.filter((name) => name.startsWith('PUT')).length;
    await put(blobs, bytes);
    expect(writes()).toBe(1);
    await put(blobs, bytes, true);
    expect(writes(), 'known').toBe(1);
    await put(blobs, bytes, false);
    expect(writes(), 'not known').toBe(2);
  });

  it('is signed for by its own clock', async () => {
    const { blobs } = await openBucket({ clock: () => Date.now() + dayMs });
    const stored = await put(blobs, Buffer.from('tomorrow'));
    expect(await blobs.stat(stored.sha1)).toEqual({ size: 8 });
  });

  it('refuses wrong settings in one sentence', async () => {
    await expect(openBucket({ secretKey: 'wrong' })).rejects.toMatchObject({
      code: 'invalid_argument',
      message: expect.stringMatching(
        /^The artifact storage s3:\/\/b-\w+\/some\/folder\/ refuses this server: S3 answered 403 SignatureDoesNotMatch; correct DPXDT_S3_SECRET_KEY\.$/,
      ) as string,
    });
    await expect(openBucket({ bucket: 'no-such-bucket' })).rejects.toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining('create the bucket, or correct DPXDT_S3_BUCKET') as string,
    });
    const nowhere = openBucket({
      endpoint: `http://127.0.0.1:${await freePort()}`,
      bucket: 'any',
    });
    await expect(nowhere).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('Check DPXDT_S3_ENDPOINT') as string,
    });
  });

  it('P60: that is gone while the server runs is unavailable, not empty', async () => {
    const { proxy, blobs } = await behindProxy();
    const gone: Fault = { status: 404, body: '<Error><Code>NoSuchBucket</Code></Error>' };
    for (const ask of [() => blobs.readLabel(), () => listed(blobs), () => blobs.stat('a'.repeat(40))]) {
      proxy.faults = [gone, gone];
      await expect(ask()).rejects.toMatchObject({ code: 'unavailable' });
    }
  });

  it('holds several stores under different prefixes', async () => {
    const bucket = await newBucket();
    const [first, second] = await Promise.all(
      ['', 'second/'].map((prefix) => openBucket({ bucket, prefix })),
    );
    const one = await put(first!.blobs, Buffer.from('one'));
    const two = await put(second!.blobs, Buffer.from('two'));
    await first!.blobs.writeLabel('first', 'new');
    expect(await second!.blobs.readLabel()).toBeNull();
    expect([await listed(first!.blobs), await listed(second!.blobs)]).toEqual([[one.sha1], [two.sha1]]);
  });

  it('may have its name in the host', async () => {
    const { port } = new URL(inject('s3Endpoint')!);
    const hosts: string[] = [];
    const { blobs } = await openBucket({
      endpoint: `http://localhost:${port}`,
      bucket: await newBucket(),
      style: 'virtual-host',
      lookup: (host, options, answer) => {
        hosts.push(host);
        if (options.all === true) answer(null, [{ address: '127.0.0.1', family: 4 }]);
        else answer(null, '127.0.0.1', 4);
      },
    });
    const stored = await put(blobs, Buffer.from('by host'));
    expect(await listed(blobs)).toEqual([stored.sha1]);
    expect((await readAll(await blobs.open(stored.sha1, stored))).toString()).toBe('by host');
    expect(hosts[0]).toMatch(/^b-[0-9a-f]{16}\.localhost$/);
    await expect(openBucket({ style: 'virtual-host' })).rejects.toThrow(
      /b-\w+\.127\.0\.0\.1 cannot be a host; set DPXDT_S3_STYLE=path/,
    );
  });
});
