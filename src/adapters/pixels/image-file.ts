import { readFileSync, statSync } from 'node:fs';
import { AppError } from '../../base/errors.ts';
import type { NamedImage } from '../../image/refusal.ts';
import type { ImageSource } from '../../ports/comparer.ts';

/**
 * The bytes of an image. Blocks while it reads: call it in a worker thread.
 *
 * @param role `before` or `after`; becomes part of the label that errors use
 * @param maxFileBytes larger files are refused without being read
 * @throws AppError `image_invalid` when the file cannot be read; `image_too_large`
 */
export function readImage(source: ImageSource, role: string, maxFileBytes: number): NamedImage {
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
    return { bytes: readFileSync(source.path), label };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    const why = reasons[code] ?? code;
    throw new AppError('image_invalid', `The ${label} cannot be read: ${why}.`, { cause, details: { code } });
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
