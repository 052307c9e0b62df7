/** What may be uploaded. A function is called once per attempt, so that an attempt can be repeated. */
export type UploadContent = Blob | Uint8Array<ArrayBuffer> | (() => ReadableStream<Uint8Array>);

/** A multipart body of fields and one file; holds at most one chunk of the file in memory. */
export function multipartStream(
  fields: Readonly<Record<string, string>>,
  fileName: string,
  content: ReadableStream<Uint8Array>,
  boundary: string,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const head =
    Object.entries(fields)
      .map(
        ([name, value]) =>
          `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`,
      )
      .join('') +
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${quoted(fileName)}"\r\n` +
    'Content-Type: application/octet-stream\r\n\r\n';
  async function* parts(): AsyncGenerator<Uint8Array> {
    yield encoder.encode(head);
    yield* content;
    yield encoder.encode(`\r\n--${boundary}--\r\n`);
  }
  const generated = parts();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await generated.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await generated.return(undefined);
    },
  });
}

/** A random boundary that cannot occur in the content. */
export function newBoundary(): string {
  return `dpxdt-${randomHex()}`;
}

function quoted(text: string): string {
  return text.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

function randomHex(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
