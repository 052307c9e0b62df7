import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
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
    const elsewhere = mayRedirect(request) ? await presigned(artifact) : null;
    if (elsewhere !== null) return sendElsewhere(reply, elsewhere);
    void reply.header('content-length', artifact.size);
    if (request.method === 'HEAD') return reply.send(Readable.from([]));
    return reply.send(Readable.from(await artifact.open(), { objectMode: false }));
  });
}

/**
 * Only callers that follow: clients that say so, and a browser that opens or saves an image. The pages' own images are
 * read by script, which a bucket would have to allow; and programs of old would send their key along.
 */
function mayRedirect({ method, headers }: FastifyRequest): boolean {
  if (method !== 'GET') return false;
  return headers['x-dpxdt-redirect'] === 'follow' || headers['sec-fetch-mode'] === 'navigate';
}

/** Only images: nothing else is worth it, and nothing else is harmless at an address without our headers. */
async function presigned(artifact: DownloadResult): Promise<string | null> {
  const { contentType, presign } = artifact;
  if (presign === undefined || !shownInPlace.has(contentType)) return null;
  return presign({ contentType, contentDisposition: dispositionOf(artifact) });
}

/** The address may not be stored: it ends soon, and is as good as a key until then. */
function sendElsewhere(reply: FastifyReply, url: string): FastifyReply {
  for (const name of ['etag', 'content-type', 'content-disposition']) void reply.removeHeader(name);
  return reply.code(302).headers({ location: url, 'cache-control': 'no-store' }).send();
}

/** Headers that make any uploaded bytes harmless. */
function setArtifactHeaders(reply: FastifyReply, artifact: DownloadResult, etag: string): void {
  const { contentType } = artifact;
  const isText = contentType.startsWith('text/') || contentType === 'application/json';
  void reply.headers({
    etag,
    'cache-control': 'private, max-age=31536000, immutable',
    vary: 'Authorization, Cookie',
    'content-type': isText ? `${contentType}; charset=utf-8` : contentType,
    'content-disposition': dispositionOf(artifact),
    'content-security-policy': artifactContentSecurityPolicy,
  });
}

function dispositionOf({ contentType, sha1sum }: DownloadResult): string {
  const disposition = shownInPlace.has(contentType) ? 'inline' : 'attachment';
  return `${disposition}; filename="${sha1sum}${extensionOf(contentType)}"`;
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
