import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { AppError } from '../../base/errors.ts';
import { boundedBody, readText } from './bounded-body.ts';
import { readForm, readJson, type Fields } from './fields.ts';
import { readMultipart, type FilePart } from './multipart.ts';

/** The parameters of a request, and the result of handling its file. */
export interface RequestBody<Taken = unknown> {
  fields: Fields;
  file: Taken | undefined;
}

export interface BodySettings {
  maxFieldBytes: number;
  maxParts: number;
  slowBodyGraceMs: number;
  minBytesPerSecond: number;
}

export interface FileTaker<Taken> {
  /** Largest file, in bytes. */
  maxBytes: number;
  take(part: FilePart, fieldsBefore: Readonly<Fields>): Promise<Taken>;
}

/** Allowance for boundaries and part headers. */
const multipartOverhead = 65_536;

/**
 * Reads a form, multipart or JSON body, all with the same meaning.
 *
 * @throws AppError `invalid_argument` | `duplicate_parameter` | `too_large`
 */
export async function readBody<Taken>(
  source: Readable,
  headers: IncomingHttpHeaders,
  settings: BodySettings,
  fileTaker?: FileTaker<Taken>,
): Promise<RequestBody<Taken>> {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    throw new AppError(
      'invalid_argument',
      `Request bodies must not be compressed (Content-Encoding: ${encoding}).`,
    );
  }
  const type = (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  const textLimits = { ...settings, maxBytes: settings.maxFieldBytes };
  switch (type) {
    case 'application/x-www-form-urlencoded':
      return { fields: readForm(await readText(source, textLimits)), file: undefined };
    case 'application/json':
      return { fields: readJson(await readText(source, textLimits)), file: undefined };
    case 'multipart/form-data': {
      const maxBytes = settings.maxFieldBytes + (fileTaker?.maxBytes ?? 0) + multipartOverhead;
      const body = boundedBody(source, { ...settings, maxBytes });
      return readMultipart(
        body,
        headers,
        settings,
        fileTaker && ((part, fields) => fileTaker.take(part, fields)),
      );
    }
    case '': {
      if ((await readText(source, textLimits)) === '') return { fields: readForm(''), file: undefined };
      break;
    }
  }
  throw new AppError(
    'invalid_argument',
    `The body must be application/x-www-form-urlencoded, multipart/form-data or application/json, got "${type.slice(0, 100)}".`,
  );
}
