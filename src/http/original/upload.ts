import type { FastifyInstance } from 'fastify';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readParameters } from '../../contract/parameters.ts';
import { upload as operation } from '../../contract/original/upload.ts';
import { AppError } from '../../base/errors.ts';
import { upload } from '../../services/artifacts/upload.ts';
import type { UploadResult } from '../../services/artifacts/upload.ts';
import type { FilePart } from '../body/multipart.ts';
import { readBody } from '../body/read-body.ts';
import type { ApiRequest, HttpContext } from '../deps.ts';
import { routePath, sentFields } from './define.ts';

/** The result of storing the file while the body was read. */
type TakenFile = { stored: UploadResult } | { spooled: SpooledFile };

interface SpooledFile {
  path: string;
  fileName: string;
  remove(): Promise<void>;
}

export function serveUpload(app: FastifyInstance, { core, settings, spoolFolder }: HttpContext): void {
  const { maxImageBytes, maxArtifactBytes } = core.settings;

  async function store(request: ApiRequest): Promise<UploadResult & { buildId: number }> {
    const { principal } = request;
    const put = (parameters: { build_id: number; sha1sum?: string | undefined }, part: FilePart) =>
      upload(core, principal, {
        buildId: parameters.build_id,
        fileName: part.fileName,
        content: part.content,
        expected: { sha1: parameters.sha1sum },
      });
    let spooled: SpooledFile | null = null;
    try {
      const body = await readBody<TakenFile>(request.rawBody!, request.headers, settings, {
        maxBytes: Math.max(maxImageBytes, maxArtifactBytes),
        async take(part, before) {
          if (before['build_id'] !== undefined) {
            return { stored: await put(readParameters(operation.parameters, before), part) };
          }
          spooled = await spool(spoolFolder, part);
          return { spooled };
        },
      });
      request.body = body;
      const parameters = readParameters(operation.parameters, sentFields(operation, request));
      if (body.file === undefined) {
        throw new AppError(
          'invalid_argument',
          'The request has no file; send exactly one, in a multipart body.',
          {
            details: { parameter: 'file' },
          },
        );
      }
      const stored =
        'stored' in body.file
          ? body.file.stored
          : await put(parameters, {
              fileName: body.file.spooled.fileName,
              content: createReadStream(body.file.spooled.path),
            });
      if (parameters.sha1sum !== undefined && parameters.sha1sum !== stored.sha1sum) {
        throw new AppError(
          'digest_mismatch',
          `The received bytes have the SHA-1 ${stored.sha1sum}, not ${parameters.sha1sum}. Upload the file again.`,
        );
      }
      return { ...stored, buildId: parameters.build_id };
    } finally {
      await (spooled as SpooledFile | null)?.remove();
    }
  }

  app.post(
    routePath(operation),
    { config: { access: operation.access, takesFile: true } },
    async (request) => {
      const stored = await store(request as ApiRequest);
      return {
        success: true,
        build_id: stored.buildId,
        sha1sum: stored.sha1sum,
        content_type: stored.contentType,
      };
    },
  );
}

/** Buffers a file until the parameters after it are read. */
async function spool(folder: string, part: FilePart): Promise<SpooledFile> {
  const place = await mkdtemp(join(folder, 'dpxdt-upload-')).catch((error: unknown) => {
    throw noSpaceLeft(error) ?? error;
  });
  const remove = () => rm(place, { recursive: true, force: true });
  const path = join(place, 'content');
  try {
    await pipeline(part.content, createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    await remove();
    throw noSpaceLeft(error) ?? error;
  }
  return { path, fileName: part.fileName, remove };
}

function noSpaceLeft(error: unknown): AppError | null {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (!['ENOSPC', 'EDQUOT'].includes(code)) return null;
  return new AppError('storage_full', 'The server has no space left for this file. Nothing was changed.', {
    cause: error,
  });
}
