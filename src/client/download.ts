import type { Attempt, Transport } from './transport.ts';

export interface Downloaded {
  contentType: string;
  /** Bytes. */
  size: number;
  body: ReadableStream<Uint8Array>;
  /** The whole content; retries if the connection is lost. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}

/** @throws AppError as sending does */
export async function download(transport: Transport, attempt: Attempt): Promise<Downloaded> {
  const response = await transport.send(attempt);
  const bytesOf = async (from: ReadableStream<Uint8Array> | null) =>
    new Uint8Array(await new Response(from).arrayBuffer());
  const body = response.body ?? new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });
  return {
    contentType: response.headers.get('content-type') ?? 'application/octet-stream',
    size: Number(response.headers.get('content-length') ?? 0),
    body,
    async bytes() {
      try {
        return await bytesOf(body);
      } catch (cause) {
        attempt.signal?.throwIfAborted();
        if (transport.triesAgain) return transport.sendAndRead(attempt, (again) => bytesOf(again.body));
        throw transport.answerLost({ cause }, attempt);
      }
    },
  };
}
