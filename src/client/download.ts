import type { Attempt, Transport } from './transport.ts';

export interface Downloaded {
  contentType: string;
  /** Bytes. */
  size: number;
  body: ReadableStream<Uint8Array>;
  /** The whole content; retries if the connection is lost. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * @param sha1 digest of the artifact; empty for what is no artifact
 * @throws AppError as sending does
 */
export async function download(transport: Transport, attempt: Attempt, sha1: string): Promise<Downloaded> {
  const response = await begin(transport, attempt, sha1);
  const bytesOf = async (from: ReadableStream<Uint8Array> | null) =>
    new Uint8Array(await new Response(from).arrayBuffer());
  const body = response.body ?? new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });
  return {
    contentType: response.headers.get('content-type') ?? 'application/octet-stream',
    size: Number(response.headers.get('content-length') ?? 0),
    body,
    async bytes() {
      try {
        const bytes = await bytesOf(body);
        if (response.redirected) await requireDigest(bytes, sha1);
        return bytes;
      } catch (cause) {
        attempt.signal?.throwIfAborted();
        if (transport.triesAgain) return transport.sendAndRead(attempt, (again) => bytesOf(again.body));
        throw transport.answerLost({ cause }, attempt);
      }
    },
  };
}

/** From the storage behind the server if both allow it; from the server if that fails. */
async function begin(transport: Transport, attempt: Attempt, sha1: string): Promise<Response> {
  if (!transport.followsDownloads || sha1 === '') return transport.send(attempt);
  const headers = { ...attempt.headers, 'x-dpxdt-redirect': 'follow' };
  try {
    return await transport.send({ ...attempt, headers, followsRedirect: true, maxAttempts: 1 });
  } catch {
    attempt.signal?.throwIfAborted();
    return transport.send(attempt);
  }
}

/** The storage does not check what it sends, unlike the server. */
async function requireDigest(bytes: Uint8Array<ArrayBuffer>, sha1: string): Promise<void> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-1', bytes));
  const found = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (found !== sha1) throw new Error(`the bytes have the digest ${found}`);
}
