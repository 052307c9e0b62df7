import type { FastifyInstance } from 'fastify';
import { signedImagePath } from '../../domain/forges/signed-image.ts';
import { signedImage } from '../../services/forges/signed-images.ts';
import { readForm } from '../body/fields.ts';
import type { HttpContext } from '../deps.ts';
import { HttpError } from '../http-error.ts';
import { sendDerived } from '../v1/images.ts';

/** Most that a browser or a proxy of a forge keeps an image. */
const maxAgeSeconds = 3_600;

/** A small image in the comment on a pull request, for everyone who has the link, until it expires. */
export function serveSignedImages(app: FastifyInstance, { core, images }: HttpContext): void {
  const config = { access: 'read', longLived: true } as const;
  app.get(`${signedImagePath}/:file`, { config }, async (request, reply) => {
    const { file } = request.params as { file: string };
    const start = request.url.indexOf('?');
    const fields = readForm(start < 0 ? '' : request.url.slice(start + 1));
    const image = await signedImage(core, images, file, fields);
    // One answer for all reasons: a stranger learns nothing.
    if (image === null)
      throw new HttpError(404, 'not_found', 'There is no such image, or its link has expired.');
    const leftSeconds = Math.floor((image.expiresAtMs - core.clock.now()) / 1_000);
    return sendDerived(request, reply, image, {
      'cache-control': `private, max-age=${Math.min(maxAgeSeconds, leftSeconds)}`,
      'cross-origin-resource-policy': 'cross-origin',
      'x-robots-tag': 'noindex',
    });
  });
}
