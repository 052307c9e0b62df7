import type { FastifyInstance, FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { download as operation } from '../../contract/original/download.ts';
import { readParameters } from '../../contract/parameters.ts';
import { download } from '../../services/artifacts/download.ts';
import type { DownloadResult } from '../../services/artifacts/download.ts';
import type { ApiRequest, HttpContext } from '../deps.ts';
import { artifactContentSecurityPolicy } from '../access/security-headers.ts';
import { routePath, sentFields } from './define.ts';

/** Types that a browser may display inline; they cannot run script. */
const shownInPlace = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

export function serveDownload(app: FastifyInstance, { core }: HttpContext): void {
  app.get(routePath(operation), { config: { access: 'read' } }, async (request, reply) => {
    const call = request as ApiRequest;
    const { build_id: buildId, sha1sum } = readParameters(operation.parameters, sentFields(operation, call));
    const artifact = await download(core, request.principal, { buildId, sha1sum });
    const etag = `"${artifact.sha1sum}"`;
    setArtifactHeaders(reply, artifact, etag);
    if (matches(request.headers['if-none-match'], etag)) return reply.code(304).send();
    void reply.header('content-length', artifact.size);
    if (request.method === 'HEAD') return reply.send(Readable.from([]));
    return reply.send(Readable.from(await artifact.open(), { objectMode: false }));
  });
}

/** Headers that make any uploaded bytes harmless. */
function setArtifactHeaders(reply: FastifyReply, artifact: DownloadResult, etag: string): void {
  const { contentType, sha1sum } = artifact;
  const isText = contentType.startsWith('text/') || contentType === 'application/json';
  const disposition = shownInPlace.has(contentType) ? 'inline' : 'attachment';
  void reply.headers({
    etag,
    'cache-control': 'private, max-age=31536000, immutable',
    vary: 'Authorization, Cookie',
    'content-type': isText ? `${contentType}; charset=utf-8` : contentType,
    'content-disposition': `${disposition}; filename="${sha1sum}${extensionOf(contentType)}"`,
    'content-security-policy': artifactContentSecurityPolicy,
  });
}

function extensionOf(contentType: string): string {
  const extensions: Record<string, string> = {
    'image/png': '.png',
    'image/jpeg': '.jpg',
    'image/gif': '.gif',
    'image/webp': '.webp',
    'text/plain': '.txt',
    'application/json': '.json',
  };
  return extensions[contentType] ?? '.bin';
}

/** Whether If-None-Match names the tag; weak tags count, since the bytes of a digest never change. */
export function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((tag) => ['*', etag, `W/${etag}`].includes(tag.trim()));
}
