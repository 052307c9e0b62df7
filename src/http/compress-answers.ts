import type { FastifyInstance } from 'fastify';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Smaller answers are not compressed. */
const minCharacters = 16 * 1_024;
/** Fast levels, because lists of a large release are regenerated with every change. */
const brotliQuality = 4;
const gzipLevel = 5;

const [compressBrotli, compressGzip] = [promisify(brotliCompress), promisify(gzip)];

/** Large answers of the resource API, compressed for clients that ask for it. */
export function compressAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const isLarge = typeof payload === 'string' && payload.length >= minCharacters;
    if (!isLarge || request.method !== 'GET' || !request.url.startsWith('/api/v1/')) return payload;
    const vary = reply.getHeader('vary');
    void reply.header('vary', vary === undefined ? 'Accept-Encoding' : `${String(vary)}, Accept-Encoding`);
    const encoding = wantedEncoding(request.headers['accept-encoding']);
    if (encoding === null) return payload;
    void reply.header('content-encoding', encoding);
    void reply.removeHeader('content-length');
    return encoding === 'br'
      ? compressBrotli(payload, { params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } })
      : compressGzip(payload, { level: gzipLevel });
  });
}

/** The encoding for a client: only those it lists with a non-zero weight (RFC 9110, 12.5.3). */
export function wantedEncoding(header: string | string[] | undefined): 'br' | 'gzip' | null {
  const accepted = [header ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((entry) =>
      entry
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/),
    )
    .filter(([, weight]) => weight === undefined || !/^q=0(\.0*)?$/.test(weight))
    .map(([name]) => name);
  return accepted.includes('br') ? 'br' : accepted.includes('gzip') ? 'gzip' : null;
}
