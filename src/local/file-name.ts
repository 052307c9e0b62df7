import { createHash } from 'node:crypto';

const longestBytes = 180;

/**
 * The file name, without extension, of a test's images. Letters, digits, space and `._-()@` (no leading dot) stay as
 * they are; any other name becomes a readable slug and a hash of the whole name, so that no name leaves the folder and
 * no two names share a file by accident.
 *
 * @param name 1–255 characters
 */
export function fileNameOf(name: string): string {
  if (/^[\p{L}\p{N} _\-()@][\p{L}\p{N} ._\-()@]*$/u.test(name) && Buffer.byteLength(name) <= longestBytes) {
    return name;
  }
  const slug = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '');
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 10);
  return slug === '' ? hash : `${slug}-${hash}`;
}

/** Equal for names that one file system or another would take for the same file. */
export function fileNameKey(fileName: string): string {
  return fileName.normalize('NFC').toLowerCase();
}
