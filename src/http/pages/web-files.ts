import type { FastifyInstance, FastifyReply } from 'fastify';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { servedContentType } from '../../domain/artifacts/file-content-type.ts';
import { wantedEncoding } from '../compress-answers.ts';
import { scriptContentSecurityPolicy } from '../access/security-headers.ts';
import { html, page } from './html.ts';
import { sendPage } from './send-page.ts';

/** Output of `npm run build:web` for the server. */
export const builtWebFolder = fileURLToPath(new URL('../../../build/web', import.meta.url));

/** The original's addresses outside /api, plus the sign-in pages; the UI renders each. They contain no data, so anyone may load them. */
export const uiAddresses = [
  '/',
  '/new',
  '/build',
  '/release',
  '/run',
  '/image',
  '/log',
  '/config',
  '/settings',
  '/admins',
  '/api_keys',
  '/activity',
  '/login',
  '/logout',
  '/set-up',
  '/forgot',
  '/reset',
  '/accept',
  '/confirm-mail',
  '/whoami',
  '/superusers',
] as const;

/** File names of the build; cannot lead to other folders. */
const assetName = /^[\w-][\w.-]*$/;

/** Serves the built UI: immutable files, and one shell for all addresses. */
export function serveWebFiles(app: FastifyInstance, folder: string): void {
  app.get<{ Params: { '*': string } }>(
    '/static/app/assets/*',
    { config: { access: 'open' } },
    async (request, reply) => {
      const name = request.params['*'];
      const asset = assetName.test(name)
        ? await readAsset(join(folder, 'assets', name), wantedEncoding(request.headers['accept-encoding']))
        : null;
      if (asset === null) return reply.callNotFound();
      if (asset.encoding !== null) void reply.header('content-encoding', asset.encoding);
      return reply
        .headers({
          'cache-control': 'public, max-age=31536000, immutable',
          'content-security-policy': scriptContentSecurityPolicy,
          'content-type': servedContentType(name),
          vary: 'Accept-Encoding',
        })
        .send(asset.content);
    },
  );
  for (const address of uiAddresses) {
    app.get(address, { config: { access: 'open' } }, async (_request, reply) => sendShell(reply, folder));
  }
}

/** A file in an encoding that the client accepts: precompressed or plain; null if missing. */
async function readAsset(
  path: string,
  encoding: 'br' | 'gzip' | null,
): Promise<{ content: Buffer; encoding: string | null } | null> {
  if (encoding !== null) {
    const content = await readIfThere(`${path}.${encoding === 'br' ? 'br' : 'gz'}`);
    if (content !== null) return { content, encoding };
  }
  const content = await readIfThere(path);
  return content === null ? null : { content, encoding: null };
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (['ENOENT', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/** The page that loads the UI, or build instructions. */
export async function sendShell(reply: FastifyReply, folder: string, status = 200): Promise<FastifyReply> {
  let shell: string;
  try {
    shell = await readFile(join(folder, 'review.html'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return sendPage(reply.code(503), notBuiltPage()).header('cache-control', 'no-store');
  }
  return sendPage(reply.code(status), shell).header('cache-control', 'no-store');
}

function notBuiltPage(): string {
  return page(
    'Not built yet',
    html`<h1>The web UI is not built yet</h1>
      <p>
        The API works. To build the UI, run this command in Depicted's source folder, then reload this page:
      </p>
      <p class="endpoint"><code>npm run build:web</code></p>
      <p><a href="/api/reference">API</a></p>`,
  );
}
