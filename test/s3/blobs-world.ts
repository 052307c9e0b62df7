import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createHash, randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import { openFileBlobs } from '../../src/adapters/blobs/file-blobs.ts';
import { fixedCredentials } from '../../src/adapters/blobs/s3/credentials.ts';
import { openS3Blobs } from '../../src/adapters/blobs/s3/s3-blobs.ts';
import { createS3Client, type ClientOptions, type S3Client } from '../../src/adapters/blobs/s3/s3-client.ts';
import type { Blobs } from '../../src/ports/blobs.ts';
import { makeBucket } from '../support/make-bucket.ts';
import { s3Keys } from '../support/s3.ts';

export interface BlobsWorld {
  blobs: Blobs;
  /** Replaces the stored bytes of a blob, or removes them from everywhere. */
  damage: (sha1: string, bytes: Uint8Array | null) => Promise<void>;
  /** Files on the local disk that unfinished uploads left. */
  unfinished: () => string[];
  /** The same storage, opened by another server. */
  again: () => Promise<Blobs>;
}

export type BlobsKind = 'folder' | 's3';

/** Kinds of storage available on this machine. */
export const blobsKinds: BlobsKind[] = inject('s3Endpoint') === null ? ['folder'] : ['folder', 's3'];

export const noS3Server = 'needs OpenStack Swift, see CONTRIBUTING.md';

export async function openBlobsWorld(kind: BlobsKind): Promise<BlobsWorld> {
  return kind === 's3' ? openBucket() : openFolder();
}

async function openFolder(): Promise<BlobsWorld> {
  const folder = newFolder();
  const pathOf = (sha1: string) => join(folder, sha1.slice(0, 2), sha1);
  return {
    blobs: await openFileBlobs(folder),
    async damage(sha1, bytes) {
      mkdirSync(dirname(pathOf(sha1)), { recursive: true });
      if (bytes !== null) writeFileSync(pathOf(sha1), bytes);
      else rmSync(pathOf(sha1));
    },
    unfinished: () => readdirSync(join(folder, 'tmp')),
    again: () => openFileBlobs(folder),
  };
}

export interface Bucket extends BlobsWorld {
  client: S3Client;
  bucket: string;
  spoolFolder: string;
}

export interface BucketOptions extends Omit<ClientOptions, 'pageSize'> {
  /** Another way to the server. */
  endpoint?: string;
  bucket?: string;
  prefix?: string;
  secretKey?: string;
  style?: 'path' | 'virtual-host';
}

const bucketPrefix = 'some/folder/';

/** Quick failures, but time enough for a server on a busy machine. */
const testTimes = { backoffMs: 10, deadlineMs: 30_000, idleMs: 15_000 };

export async function openBucket(options: BucketOptions = {}): Promise<Bucket> {
  const bucket = options.bucket ?? (await newBucket());
  const prefix = options.prefix ?? bucketPrefix;
  const spoolFolder = newFolder();
  const client = clientOf({ ...options, bucket });
  const open = () => openS3Blobs({ client, place: `s3://${bucket}/${prefix}`, prefix, spoolFolder });
  return {
    blobs: await open(),
    client,
    bucket,
    spoolFolder,
    async damage(sha1, bytes) {
      const key = `${prefix}${sha1.slice(0, 2)}/${sha1}`;
      if (bytes === null) return client.delete(key);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      await client.put(key, { size: bytes.byteLength, sha256, read: () => [bytes] });
    },
    unfinished: () => readdirSync(spoolFolder),
    again: open,
  };
}

function clientOf(options: BucketOptions & { bucket: string }): S3Client {
  const { accessKey, secretKey } = s3Keys;
  return createS3Client(
    {
      endpoint: options.endpoint ?? inject('s3Endpoint')!,
      region: 'us-east-1',
      bucket: options.bucket,
      style: options.style ?? 'path',
    },
    fixedCredentials(accessKey, options.secretKey ?? secretKey),
    {
      times: { ...testTimes, ...options.times },
      pageSize: 3,
      ...(options.clock !== undefined && { clock: options.clock }),
      ...(options.lookup !== undefined && { lookup: options.lookup }),
    },
  );
}

/** @returns its name */
export async function newBucket(endpoint = inject('s3Endpoint')!): Promise<string> {
  const name = `b-${randomBytes(8).toString('hex')}`;
  await makeBucket(endpoint, name);
  return name;
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-blobs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function* chunked(bytes: Uint8Array, chunkBytes = 300_000): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.byteLength; from += chunkBytes)
    yield bytes.subarray(from, from + chunkBytes);
}

/** Stages and commits. @returns its digests */
export async function put(blobs: Blobs, bytes: Uint8Array, isKnown = false) {
  const staged = await blobs.stage(chunked(bytes));
  await staged.commit({ isKnown });
  const { sha1, sha256, size } = staged;
  return { sha1, sha256, size };
}

export async function readAll(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function listed(blobs: Blobs): Promise<string[]> {
  const digests: string[] = [];
  for await (const { sha1 } of blobs.list()) digests.push(sha1);
  return digests.sort();
}
