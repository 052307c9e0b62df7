import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { AppError } from '../../base/errors.ts';
import type { NamedImage } from '../../image/refusal.ts';
import type { ImageSource } from '../../ports/comparer.ts';

/** Memory for larger files is given back after each. */
const keptFileBytes = 16 * 1024 * 1024;

/**
 * Reads the images of one comparison after another into the same memory: the first touch of fresh memory can cost a
 * virtual machine more than the comparison.
 */
export class ImageReader {
  readonly #kept = new Map<string, Buffer>();

  /**
   * The bytes of an image; of a file, valid until the next one of this role is read. Blocks while it reads: call it in a
   * worker thread.
   *
   * @param role `before` or `after`; becomes part of the label in errors
   * @param maxFileBytes larger files are refused without being read
   * @throws AppError `image_invalid` when the file cannot be read; `image_too_large`
   */
  read(source: ImageSource, role: string, maxFileBytes: number): NamedImage {
    if ('bytes' in source) {
      const label = source.name === undefined ? `${role} image` : `${role} image ${source.name}`;
      checkBytes(label, source.bytes.length, maxFileBytes);
      return { bytes: source.bytes, label };
    }
    const label = `${role} image ${source.path}`;
    try {
      const stats = statSync(source.path);
      if (!stats.isFile()) throw new AppError('image_invalid', `The ${label} is not a file.`);
      checkBytes(label, stats.size, maxFileBytes);
      return { bytes: fill(this.#memory(role, stats.size), source.path), label };
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
      const why = reasons[code] ?? code;
      throw new AppError('image_invalid', `The ${label} cannot be read: ${why}.`, {
        cause,
        details: { code },
      });
    }
  }

  #memory(role: string, bytes: number): Buffer {
    if (bytes > keptFileBytes) return Buffer.allocUnsafeSlow(bytes);
    let kept = this.#kept.get(role);
    if (kept === undefined || kept.length < bytes) {
      // Files of a run differ a little in size: a quarter more is enough for most that follow.
      kept = Buffer.allocUnsafeSlow(Math.min(keptFileBytes, Math.ceil(bytes * 1.25)));
      this.#kept.set(role, kept);
    }
    return kept.subarray(0, bytes);
  }
}

/** @returns what the file has of it, if the file became shorter meanwhile */
function fill(memory: Buffer, path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    let end = 0;
    while (end < memory.length) {
      const bytes = readSync(file, memory, end, memory.length - end, null);
      if (bytes === 0) break;
      end += bytes;
    }
    return memory.subarray(0, end);
  } finally {
    closeSync(file);
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
};

function checkBytes(label: string, bytes: number, maxFileBytes: number): void {
  if (bytes <= maxFileBytes) return;
  throw new AppError(
    'image_too_large',
    `The ${label} has ${bytes.toLocaleString('en-US')} bytes; the limit is ${maxFileBytes.toLocaleString('en-US')}.`,
    { details: { bytes } },
  );
}
