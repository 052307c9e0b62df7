/** Detects the content type of an upload from its streamed bytes; the file name only distinguishes JSON from text. */

const signatures: readonly { type: string; bytes: readonly (number | null)[] }[] = [
  { type: 'image/png', bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { type: 'image/jpeg', bytes: [0xff, 0xd8, 0xff] },
  { type: 'image/gif', bytes: [0x47, 0x49, 0x46, 0x38] },
  {
    type: 'image/webp',
    bytes: [0x52, 0x49, 0x46, 0x46, null, null, null, null, 0x57, 0x45, 0x42, 0x50],
  },
];

const longestSignature = Math.max(...signatures.map(({ bytes }) => bytes.length));

/** The image type that the first bytes announce, or null. */
export function imageTypeOf(head: Uint8Array): string | null {
  const found = signatures.find(({ bytes }) =>
    bytes.every((byte, index) => byte === null || head[index] === byte),
  );
  return found?.type ?? null;
}

/** Observes an upload: `push` every chunk in order, then read `contentType`. */
export class ContentSniffer {
  readonly #named: boolean;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #head = new Uint8Array(0);
  #isText = true;
  #json: string[] | null;

  /** @param fileName as the client sent it; only a `.json` suffix matters */
  constructor(fileName: string | null) {
    this.#named = fileName?.toLowerCase().endsWith('.json') ?? false;
    this.#json = this.#named ? [] : null;
  }

  push(chunk: Uint8Array): void {
    if (this.#head.length < longestSignature) {
      const head = new Uint8Array([...this.#head, ...chunk.subarray(0, longestSignature)]);
      this.#head = head.subarray(0, longestSignature);
    }
    if (!this.#isText) return;
    if (this.isImage) {
      this.#isText = false;
      this.#json = null;
      return;
    }
    try {
      const text = this.#decoder.decode(chunk, { stream: true });
      if (text.includes('\0')) this.#notText();
      this.#json?.push(text);
    } catch {
      this.#notText();
    }
  }

  /** True once the first bytes show it. */
  get isImage(): boolean {
    return imageTypeOf(this.#head) !== null;
  }

  /** Call once, at the end. */
  contentType(): string {
    const image = imageTypeOf(this.#head);
    if (image !== null) return image;
    if (this.#isText) this.#finishText();
    if (!this.#isText) return 'application/octet-stream';
    return this.#json !== null && parses(this.#json.join('')) ? 'application/json' : 'text/plain';
  }

  #notText(): void {
    this.#isText = false;
    this.#json = null;
  }

  #finishText(): void {
    try {
      this.#decoder.decode();
    } catch {
      this.#notText();
    }
  }
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
