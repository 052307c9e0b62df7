/** Describes a file that is not an image. */

/**
 * What a file that is not a PNG, JPEG or WebP contains, and what to do; safe to print, without a full stop.
 *
 * @param bytes at least its first 200
 */
export function describeForeignFile(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'it is empty. Save or capture it again';
  const start = String.fromCharCode(...bytes.subarray(0, 200));
  const kinds: [RegExp, string][] = [
    [/^version https:\/\/git-lfs\./, 'it is a Git LFS pointer. Run "git lfs pull" to fetch the file'],
    [/^GIF8/, 'it is a GIF. Save it as PNG'],
    [/^BM/, 'it looks like a BMP. Save it as PNG'],
    [/^(II\*\0|MM\0\*)/, 'it is a TIFF. Save it as PNG'],
    [/^%PDF/, 'it is a PDF. Save its page as PNG'],
    [/^(\u00ef\u00bb\u00bf)?\s*(<\?xml[^>]*>\s*)?(<!--[^>]*>\s*)?<svg/i, 'it is an SVG. Save it as PNG'],
    [
      /^(\u00ef\u00bb\u00bf)?\s*<(!doctype|html|head|body|\?xml|!--)/i,
      'it is HTML or XML, possibly a saved error page. Fetch it again',
    ],
    [/^....ftyp/s, 'it is an AVIF, HEIC or video. Save it as PNG'],
    [/^(PK\u0003\u0004|\u001f\u008b)/, 'it is an archive. Unpack it'],
  ];
  for (const [pattern, words] of kinds) if (pattern.test(start)) return words;
  const text = start.slice(0, 30);
  if (/^[\t\n\r\x20-\x7e]{4,}$/.test(start)) {
    return `it is text that starts with ${JSON.stringify(text.split(/[\r\n]/)[0])}. Save or capture it again`;
  }
  const hex = [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `it starts with the bytes ${hex}`;
}
