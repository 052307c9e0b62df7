import { createHash } from 'node:crypto';

const longestBytes = 180;

/**
 * The file name, without extension, of a test's images. A name of letters, digits, space and `._-()@` (no leading dot) is
 * used as is; any other name becomes a readable slug and a hash of the whole name, so that no name escapes the folder and
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

/** Equal for names that some file system treats as the same file. */
export function fileNameKey(fileName: string): string {
  return fileName.normalize('NFC').toLowerCase();
}

/** Between the name of a test's file and its platform; in no name of {@link fileNameOf}. */
const platformMark = '~';

/** For `references: per-platform`: `home~linux-x64-chromium`. */
export function platformFileName(fileName: string, browser: string): string {
  return `${fileName}${platformMark}${process.platform}-${process.arch}-${browser}`;
}

/** The name without its platform. */
export function sharedFileName(fileName: string): string {
  const at = fileName.lastIndexOf(platformMark);
  return at < 0 ? fileName : fileName.slice(0, at);
}
