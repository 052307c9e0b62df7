import type { FastifyInstance } from 'fastify';
import { openApiDocument } from '../../contract/openapi.ts';
import type { HttpContext } from '../deps.ts';
import { sendPage } from '../pages/send-page.ts';
import { referencePage } from './reference-page.ts';

/** The API description: OpenAPI document and reference page. */
export function serveDescription(app: FastifyInstance, { core, version }: HttpContext): void {
  app.get('/api/openapi.json', { config: { access: 'build' } }, async () =>
    openApiDocument(version, core.settings.publicUrl),
  );
  app.get('/api/reference', { config: { access: 'build' } }, async (_request, reply) =>
    sendPage(reply, referencePage(version)),
  );
}
