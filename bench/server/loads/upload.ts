import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Answer, Connection } from '../connection.ts';
import { runClients, type Extent, type Stats, type Target } from './clients.ts';

const boundary = 'dpxdt-bench-7f3a91';

/** Uploads one file to its build, as clients do. */
export function sendFile(
  connection: Connection,
  buildId: number,
  fileName: string,
  bytes: Buffer,
): Promise<Answer> {
  const head =
    `--${boundary}\r\nContent-Disposition: form-data; name="build_id"\r\n\r\n${buildId}\r\n` +
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${fileName}"\r\n` +
    'Content-Type: application/octet-stream\r\n\r\n';
  return connection.request({
    method: 'POST',
    path: '/api/upload',
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: [Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)],
  });
}

export interface UploadInput extends Extent {
  target: Target;
  buildId: number;
  /** Of every file. */
  bytes: number;
}

/** Files unknown to the server. @returns them with their digests */
export async function upload(input: UploadInput): Promise<Stats & { digests: string[] }> {
  const { target, buildId, bytes } = input;
  const salt = randomBytes(bytes);
  const digests: string[] = [];
  const copies = Array.from({ length: input.clients }, () => Buffer.from(salt));
  const stats = await runClients(target, input, async (connection, index, client) => {
    const content = copies[client]!;
    content.writeUInt32LE(index, 0);
    content.writeUInt32LE(client, 4);
    const answer = await sendFile(connection, buildId, 'file.bin', content);
    if (answer.status === 200) digests.push(digestOf(answer));
    return answer;
  });
  return { ...stats, digests };
}

export interface UploadFilesInput {
  target: Target;
  buildId: number;
  clients: number;
  files: readonly string[];
}

/** Files from disk. @returns their digests, in the order of the files */
export async function uploadFiles(input: UploadFilesInput): Promise<Stats & { digests: string[] }> {
  const { target, buildId, clients, files } = input;
  const digests: string[] = [];
  const stats = await runClients(target, { clients, count: files.length }, async (connection, index) => {
    const answer = await sendFile(connection, buildId, 'image.png', await readFile(files[index]!));
    digests[index] = digestOf(answer);
    return answer;
  });
  return { ...stats, digests };
}

export function digestOf(answer: Answer): string {
  return (JSON.parse(answer.body.toString()) as { sha1sum: string }).sha1sum;
}
