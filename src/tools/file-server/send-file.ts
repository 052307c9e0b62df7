import type { FastifyReply, FastifyRequest } from 'fastify';
import { createReadStream, type Stats } from 'node:fs';
import { servedContentType } from '../../domain/artifacts/file-content-type.ts';

/** Bytes of a file, both ends included. */
interface ByteRange {
  start: number;
  end: number;
}

/** Answers GET and HEAD with a file: whole, the part that was asked for, or "not modified". */
export function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  stats: Stats,
): FastifyReply {
  const etag = `W/"${stats.size.toString(16)}-${Math.floor(stats.mtimeMs).toString(16)}"`;
  void reply.headers({
    'accept-ranges': 'bytes',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'last-modified': stats.mtime.toUTCString(),
    etag,
  });
  if (isNotModified(request.headers, etag, stats.mtimeMs)) return reply.code(304).send();

  // A weak tag cannot prove that the rest of a file is still the same: then the whole of it is sent.
  const asked = request.headers['if-range'] === undefined ? request.headers.range : undefined;
  const range = asked === undefined ? 'whole' : readRange(asked, stats.size);
  if (range === 'none') return reply.code(416).header('content-range', `bytes */${stats.size}`).send();
  const { start, end } = range === 'whole' ? { start: 0, end: stats.size - 1 } : range;
  if (range !== 'whole') {
    void reply.code(206).header('content-range', `bytes ${start}-${end}/${stats.size}`);
  }
  void reply.headers({ 'content-type': servedContentType(path), 'content-length': end + 1 - start });
  if (end < start) return reply.send('');
  return reply.send(createReadStream(path, { start, end }));
}

/** RFC 9110, 13.2.2: a tag decides alone where there is one. */
function isNotModified(headers: FastifyRequest['headers'], etag: string, modifiedMs: number): boolean {
  const tags = headers['if-none-match'];
  if (tags !== undefined) {
    const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
    return tags.trim() === '*' || tags.split(',').some((tag) => opaque(tag) === opaque(etag));
  }
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return !Number.isNaN(since) && Math.floor(modifiedMs / 1_000) * 1_000 <= since;
}

/**
 * Reads a Range header (RFC 9110, 14.2).
 *
 * @returns `whole` for what may be ignored: other units, malformed text, several ranges; `none` when the file ends before
 */
function readRange(header: string, size: number): ByteRange | 'whole' | 'none' {
  const match = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/.exec(header);
  if (match === null || (match[1] === '' && match[2] === '')) return 'whole';
  const [first, last] = [match[1]!, match[2]!];
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'none' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return 'whole';
  if (start >= size) return 'none';
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}
