/** Inflates the pixels of a PNG straight into the kernel's memory. */
import { createInflate } from 'node:zlib';
import type { Inflate } from 'node:zlib';

/** Where Node's zlib streams keep their output: there since Node 0.x, but not public (ADR 2). */
interface StreamOutput {
  _chunkSize: number;
  _outBuffer: Uint8Array;
}

/**
 * Inflates one zlib stream into `target` on a thread of libuv's pool.
 *
 * @param target one byte longer than the stream may become, so that a longer stream is detected
 * @returns bytes written
 * @throws Error with a plain reason when the stream is damaged, truncated or too long
 */
export async function inflateInto(
  parts: readonly Uint8Array[],
  target: Uint8Array<ArrayBuffer>,
): Promise<number> {
  const input = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  const stream = createInflate({ chunkSize: canOfferOutput ? 64 : 256 * 1024 });
  if (canOfferOutput) offerOutput(stream, target);
  return new Promise((resolve, reject) => {
    let written = 0;
    const fail = (reason: string) => {
      stream.destroy();
      reject(new Error(reason));
    };
    stream.on('data', (chunk: Buffer) => {
      if (written + chunk.length >= target.length) {
        fail('it holds more pixels than its header says');
        return;
      }
      const isInPlace = chunk.buffer === target.buffer && chunk.byteOffset === target.byteOffset + written;
      if (!isInPlace) target.set(chunk, written);
      written += chunk.length;
    });
    stream.on('end', () => resolve(written));
    stream.on('error', (error: NodeJS.ErrnoException) => {
      fail(error.code === 'Z_BUF_ERROR' ? 'its pixels are cut off' : 'its compressed pixels are damaged');
    });
    stream.end(input);
  });
}

/** Without this output buffer, in another version of Node, the bytes are copied once more. */
const canOfferOutput = '_chunkSize' in createInflate() && '_outBuffer' in createInflate();

/** Lets the stream write where the bytes are needed. */
function offerOutput(stream: Inflate, target: Uint8Array<ArrayBuffer>): void {
  const output = stream as unknown as StreamOutput;
  output._chunkSize = target.length;
  output._outBuffer = Buffer.from(target.buffer, target.byteOffset, target.length);
}
