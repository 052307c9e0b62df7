import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { domFromText, domLimits, domToText, type DomSnapshot } from '../../domain/dom/dom-snapshot.ts';

/** A snapshot as a file: Zstandard. Equal snapshots give equal bytes, which are stored once. */
export function packDom(snapshot: DomSnapshot): Uint8Array {
  const params = { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 };
  return zstdCompressSync(domToText(snapshot), { params });
}

/** Null if the bytes are no snapshot of a known version; they may come from anyone. */
export function unpackDom(bytes: Uint8Array): DomSnapshot | null {
  let text: string;
  try {
    text = zstdDecompressSync(bytes, { maxOutputLength: domLimits.fileBytes }).toString();
  } catch {
    return null;
  }
  return domFromText(text);
}
