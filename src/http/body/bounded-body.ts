import { Transform, type Readable } from 'node:stream';
import { AppError } from '../../base/errors.ts';
import { HttpError } from '../http-error.ts';

export interface BodyLimits {
  maxBytes: number;
  slowBodyGraceMs: number;
  minBytesPerSecond: number;
}

function bodyTooLarge(maxBytes: number): AppError {
  return new AppError('too_large', `The request body may have at most ${maxBytes} bytes.`, {
    details: { maxBytes },
  });
}

/**
 * Passes bytes through and fails once there are too many or they arrive too slowly on average. A refused body is not
 * kept, and its source is left open for the answer.
 */
export function boundedBody(source: Readable, limits: BodyLimits): Readable {
  const startedAt = performance.now();
  let bytes = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(bytes > limits.maxBytes ? bodyTooLarge(limits.maxBytes) : null, chunk);
    },
    destroy(error, done) {
      clearInterval(watch);
      source.off('error', fail).off('aborted', abort).off('close', abort);
      source.unpipe(bounded);
      done(error);
    },
  });
  // The reader sees the error; without a reader, it must not crash the process.
  bounded.on('error', () => {});
  const watch = setInterval(() => {
    const elapsedMs = performance.now() - startedAt;
    if (elapsedMs > limits.slowBodyGraceMs && bytes < (elapsedMs / 1_000) * limits.minBytesPerSecond) {
      bounded.destroy(new HttpError(408, 'invalid_argument', 'The request body was sent too slowly.'));
    }
  }, limits.slowBodyGraceMs);
  watch.unref();
  const fail = (error: Error) =>
    bounded.destroy(new AppError('invalid_argument', 'The request body was cut short.', { cause: error }));
  const abort = () => {
    if (!source.readableEnded)
      bounded.destroy(new AppError('invalid_argument', 'The request body was cut short.'));
  };
  source.on('error', fail).on('aborted', abort).on('close', abort);
  source.pipe(bounded);
  return bounded;
}

/** A small body as text. @throws AppError `too_large` | `invalid_argument` */
export async function readText(source: Readable, limits: BodyLimits): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of boundedBody(source, limits)) chunks.push(chunk as Buffer);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    throw new AppError('invalid_argument', 'The request body is not valid UTF-8.', { cause: error });
  }
}
