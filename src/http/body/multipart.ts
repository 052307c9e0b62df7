import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { AppError } from '../../base/errors.ts';
import { addField, emptyFields, type Fields } from './fields.ts';

export interface FilePart {
  /** File name from the sender, or empty text. */
  fileName: string;
  content: AsyncIterable<Uint8Array>;
}

export interface MultipartLimits {
  maxFieldBytes: number;
  maxParts: number;
}

/** The parser does not limit names. */
const maxNameLength = 255;

/**
 * Reads a multipart body with fields and file in any order.
 *
 * @param takeFile consumes the file as a stream; if absent, files are refused
 * @throws AppError `invalid_argument` | `duplicate_parameter` | `too_large`, and errors of `takeFile`
 */
export async function readMultipart<Taken>(
  body: Readable,
  headers: IncomingHttpHeaders,
  limits: MultipartLimits,
  takeFile?: (part: FilePart, fieldsBefore: Readonly<Fields>) => Promise<Taken>,
): Promise<{ fields: Fields; file: Taken | undefined }> {
  const fields = emptyFields();
  let fieldBytes = 0;
  let taking: Promise<Taken> | undefined;
  let incoming: BusboyFileStream | undefined;

  const parser = openParser(body, headers, limits);
  const done = new Promise<void>((resolve, reject) => {
    const refuse = (error: Error) => {
      reject(error);
      incoming?.destroy(error);
      body.unpipe(parser);
      body.destroy();
    };
    const guard = (step: () => void) => {
      try {
        step();
      } catch (error) {
        refuse(error as Error);
      }
    };

    parser.on('field', (name: string, value: string, _nameTruncated, valueTruncated: boolean) => {
      guard(() => {
        fieldBytes += name.length + Buffer.byteLength(value);
        if (name.length > maxNameLength) {
          throw new AppError(
            'too_large',
            `The name of a field may have at most ${maxNameLength} characters.`,
          );
        }
        if (valueTruncated || fieldBytes > limits.maxFieldBytes) {
          throw new AppError(
            'too_large',
            `All fields together may have at most ${limits.maxFieldBytes} bytes.`,
          );
        }
        addField(fields, name, value);
      });
    });
    parser.on('file', (_name: string, content: BusboyFileStream, fileName: string | undefined) => {
      guard(() => {
        incoming = content;
        content.on('error', () => {});
        if (takeFile === undefined)
          throw new AppError('invalid_argument', 'This operation does not accept a file.');
        if (taking !== undefined)
          throw new AppError('invalid_argument', 'Several files were sent; send exactly one.');
        taking = takeFile({ fileName: fileName ?? '', content }, { ...fields });
        taking.catch(refuse);
      });
    });
    for (const event of ['partsLimit', 'fieldsLimit', 'filesLimit'] as const) {
      parser.on(event, () =>
        refuse(new AppError('too_large', `A body may have at most ${limits.maxParts} parts.`)),
      );
    }
    parser.on('error', (error: unknown) => refuse(malformed(error as Error)));
    parser.on('finish', resolve);
    body.on('error', refuse);
    body.pipe(parser);
  });

  try {
    await done;
  } catch (error) {
    await taking?.catch(() => {});
    throw error;
  }
  return { fields, file: await taking };
}

function openParser(body: Readable, headers: IncomingHttpHeaders, limits: MultipartLimits): BusboyInstance {
  try {
    return new Busboy({
      headers: { ...headers, 'content-type': headers['content-type']! },
      limits: {
        fieldSize: limits.maxFieldBytes,
        parts: limits.maxParts,
        headerPairs: 50,
        // As large as all fields: a truncated header would be a part without a name, without reaching any limit.
        headerSize: limits.maxFieldBytes,
      },
    });
  } catch (error) {
    body.destroy();
    throw malformed(error as Error);
  }
}

function malformed(cause: Error): AppError {
  return new AppError('invalid_argument', 'The multipart body is malformed.', { cause });
}
