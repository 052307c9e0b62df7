/** One suite for every storage of artifacts. */

import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, inject, it } from 'vitest';
import { chunked, listed, noS3Server, openBlobsWorld, put, readAll, blobsKinds } from './blobs-world.ts';

if (inject('s3Endpoint') === null) {
  it('blobs in a bucket', (context) => context.skip(noS3Server));
}

const dayMs = 86_400_000;
const nobody = async () => new Set<string>();
const text = (content: string) => new TextEncoder().encode(content);

describe.each(blobsKinds)('blobs in a %s', (kind) => {
  it('P1: are visible whole after the commit, and not before', async () => {
    const { blobs, unfinished } = await openBlobsWorld(kind);
    const staged = await blobs.stage(chunked(text('some bytes')));
    expect(staged).toMatchObject({
      sha1: createHash('sha1').update('some bytes').digest('hex'),
      sha256: createHash('sha256').update('some bytes').digest('hex'),
      size: 10,
    });
    expect(await blobs.stat(staged.sha1)).toBeNull();
    expect(await listed(blobs)).toEqual([]);
    await staged.commit();
    expect(await blobs.stat(staged.sha1)).toEqual({ size: 10 });
    expect((await readAll(await blobs.open(staged.sha1, staged))).toString()).toBe('some bytes');
    await staged.discard();
    expect(await listed(blobs)).toEqual([staged.sha1]);
    await expect(staged.commit()).rejects.toThrow(TypeError);
    const other = await blobs.stage(chunked(text('other bytes')));
    await other.discard();
    await expect(other.commit()).rejects.toThrow(TypeError);
    expect(await blobs.stat(other.sha1)).toBeNull();
    expect(unfinished()).toEqual([]);
  });

  it.each([0, 1, 2 ** 20, 2 ** 20 + 1, 9 * 2 ** 20])('of %i bytes come back unchanged', async (size) => {
    const { blobs, unfinished } = await openBlobsWorld(kind);
    const bytes = randomBytes(size);
    const stored = await put(blobs, bytes);
    expect(stored.size).toBe(size);
    expect((await readAll(await blobs.open(stored.sha1, stored))).equals(bytes)).toBe(true);
    expect(unfinished()).toEqual([]);
  });

  it('leave nothing of an upload that breaks off', async () => {
    const { blobs, unfinished } = await openBlobsWorld(kind);
    async function* broken() {
      yield randomBytes(9 * 2 ** 20);
      throw new Error('the connection broke');
    }
    await expect(blobs.stage(broken())).rejects.toThrow('the connection broke');
    expect(unfinished()).toEqual([]);
    expect(await listed(blobs)).toEqual([]);
    const forgotten = await blobs.stage(chunked(randomBytes(9 * 2 ** 20)));
    expect(unfinished()).toHaveLength(1);
    expect(await blobs.sweep(0)).toBe(0);
    expect(await blobs.sweep(Date.now() + dayMs)).toBe(1);
    expect(unfinished()).toEqual([]);
    await forgotten.discard();
  });

  it('P23: that are missing or damaged are never read as whole, and the same bytes repair them', async () => {
    const { blobs, damage } = await openBlobsWorld(kind);
    for (const size of [1_000, 2 ** 21]) {
      const bytes = randomBytes(size);
      const stored = await put(blobs, bytes);
      const other = Buffer.from(bytes);
      other[10]! ^= 1;
      for (const [broken, why] of [
        [other, /its bytes have changed/],
        [bytes.subarray(1), /bytes instead of/],
        [null, /it is missing/],
      ] as const) {
        await damage(stored.sha1, broken);
        let read = 0;
        const reading = (async () => {
          for await (const chunk of await blobs.open(stored.sha1, stored)) read += chunk.byteLength;
        })();
        await expect(reading).rejects.toMatchObject({ code: 'artifact_corrupt' });
        await expect(reading).rejects.toThrow(why);
        expect(read).toBeLessThan(size);
        await put(blobs, bytes, true);
        expect((await readAll(await blobs.open(stored.sha1, stored))).equals(bytes)).toBe(true);
      }
    }
  });

  it('P47: go to the trash only when they are old, and come back when they are read', async () => {
    const { blobs } = await openBlobsWorld(kind);
    const bytes = text('orphan');
    const stored = await put(blobs, bytes);
    const now = await blobs.now();
    expect(await blobs.trash(stored.sha1, { olderThan: now - dayMs, at: now })).toBe(false);
    expect(await blobs.stat(stored.sha1)).toEqual({ size: 6 });
    expect(await blobs.trash(stored.sha1, { olderThan: now + dayMs, at: now })).toBe(true);
    expect(await blobs.stat(stored.sha1)).toBeNull();
    expect(await listed(blobs)).toEqual([]);
    expect(await blobs.trash(stored.sha1, { olderThan: now + dayMs, at: now }), 'again').toBe(false);
    expect(await blobs.emptyTrash(now - dayMs, nobody), 'too young').toEqual({ files: 0, bytes: 0 });
    expect((await readAll(await blobs.open(stored.sha1, stored))).toString()).toBe('orphan');
    expect(await blobs.stat(stored.sha1)).toEqual({ size: 6 });
    expect(await blobs.emptyTrash(Infinity, nobody), 'it is back').toEqual({ files: 0, bytes: 0 });
  });

  it('P47: in the trash are deleted after their time, and moved back if the database knows them by then', async () => {
    const { blobs } = await openBlobsWorld(kind);
    const stored = await Promise.all(
      ['one', 'two', 'three', 'four', 'five'].map((word) => put(blobs, text(word))),
    );
    const now = await blobs.now();
    for (const { sha1 } of stored) await blobs.trash(sha1, { olderThan: now + dayMs, at: now });
    const [first, second] = stored;
    await put(blobs, text('two'));
    const known = async (digests: readonly string[]) =>
      new Set([first!.sha1, second!.sha1].filter((sha1) => digests.includes(sha1)));
    expect(await blobs.emptyTrash(now + 2 * dayMs, known)).toEqual({ files: 3, bytes: 13 });
    expect(await listed(blobs)).toEqual([first!.sha1, second!.sha1].sort());
    expect(await blobs.emptyTrash(Infinity, nobody)).toEqual({ files: 0, bytes: 0 });
    expect((await readAll(await blobs.open(first!.sha1, first!))).toString()).toBe('one');
  });

  it('P47: keep the label that came first, and replace it whole', async () => {
    const { blobs, again, unfinished } = await openBlobsWorld(kind);
    expect(await blobs.readLabel()).toBeNull();
    await blobs.writeLabel('a', 'new');
    const other = await again();
    await other.writeLabel('b', 'new');
    expect(await other.readLabel()).toBe('a');
    await blobs.writeLabel('e\n', 'replace');
    expect(await other.readLabel()).toBe('e\n');
    expect(await listed(blobs), 'is no blob').toEqual([]);
    expect(unfinished()).toEqual([]);
  });

  it('are listed with size and age, by the clock of the storage', async () => {
    const { blobs } = await openBlobsWorld(kind);
    const stored = await Promise.all(
      Array.from({ length: 8 }, (_, index) => put(blobs, text(`number ${index}`))),
    );
    await blobs.writeLabel('label', 'new');
    const now = await blobs.now();
    expect(Math.abs(now - Date.now())).toBeLessThan(60_000);
    const found = [];
    for await (const blob of blobs.list()) found.push(blob);
    expect(found.map(({ sha1 }) => sha1).sort()).toEqual(stored.map(({ sha1 }) => sha1).sort());
    for (const { size, modifiedAt } of found) {
      expect(size).toBe(8);
      expect(Math.abs(modifiedAt - now)).toBeLessThan(60_000);
    }
    await blobs.delete(stored[0]!.sha1);
    await blobs.delete(stored[0]!.sha1);
    expect(await listed(blobs)).toHaveLength(7);
  });

  it('are named by digests only, whatever else is asked for', async () => {
    const { blobs } = await openBlobsWorld(kind);
    for (const name of ['../store.json', 'store.json', 'A'.repeat(40), '']) {
      await expect((async () => blobs.stat(name))()).rejects.toThrow(TypeError);
      await expect((async () => blobs.delete(name))()).rejects.toThrow(TypeError);
    }
    expect(await blobs.health()).toBe('ok');
  });
});
