import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Operation } from '../../contract/operation.ts';
import { readParameters } from '../../contract/parameters.ts';
import * as contract from '../../contract/v1/images.ts';
import type { Principal } from '../../domain/people/access.ts';
import {
  imageOverview,
  imageStrip,
  runThumbnail,
  type DerivedResult,
} from '../../services/artifacts/derived-images.ts';
import { routePath, sentFields } from '../original/define.ts';
import { matches } from '../original/download.ts';
import type { ApiRequest, HttpContext } from '../deps.ts';
import { artifactContentSecurityPolicy } from '../access/security-headers.ts';

/** Smaller images, made on demand. */
export function serveImages(app: FastifyInstance, { core, images }: HttpContext): void {
  serveDerived(app, contract.runThumbnail, (principal, parameters) =>
    runThumbnail(core, images, principal, {
      buildId: parameters.build_id,
      runId: parameters.run_id,
      side: parameters.side,
      factsVersion: parameters.facts_version,
    }),
  );
  serveDerived(app, contract.imageOverview, (principal, { build_id: buildId, sha1sum }) =>
    imageOverview(core, images, principal, { buildId, sha1sum }),
  );
  serveDerived(app, contract.imageStrip, (principal, { build_id: buildId, sha1sum, index }) =>
    imageStrip(core, images, principal, { buildId, sha1sum, index }),
  );
}

/** Waiting image requests do not count as running, so that thousands of them cannot block others. */
function serveDerived<Parameters extends z.ZodObject>(
  app: FastifyInstance,
  operation: Operation<Parameters, null>,
  find: (principal: Principal, parameters: z.output<Parameters>) => Promise<DerivedResult>,
): void {
  const config = { access: operation.access, longLived: true };
  app.get(routePath(operation), { config }, async (request, reply) => {
    const parameters = readParameters(operation.parameters, sentFields(operation, request as ApiRequest));
    const image = await find(request.principal, parameters);
    return sendDerived(request, reply, image, {
      'cache-control': image.isImmutable ? 'private, max-age=31536000, immutable' : 'private, no-cache',
      vary: 'Authorization, Cookie',
    });
  });
}

/** Sends a small image; not made if the caller has it already or is gone. */
export async function sendDerived(
  request: FastifyRequest,
  reply: FastifyReply,
  image: DerivedResult,
  further: Readonly<Record<string, string>>,
): Promise<FastifyReply> {
  const etag = `"${image.key}"`;
  const headers = { ...further, etag };
  if (matches(request.headers['if-none-match'], etag)) return reply.headers(headers).code(304).send();
  const gone = untilGone(reply);
  const made = await image.make(gone).catch((error: unknown) => {
    if (gone.aborted) return null;
    throw error;
  });
  // The caller is gone; this is not an error.
  if (made === null) return reply.hijack();
  const { bytes, contentType } = made;
  return reply
    .headers({
      ...headers,
      'content-type': contentType,
      'content-security-policy': artifactContentSecurityPolicy,
    })
    .send(bytes);
}

/** Aborted when the caller is gone, so that fast scrolling loads only the last images. */
function untilGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => gone.abort(new Error('The caller is gone.')));
  return gone.signal;
}
