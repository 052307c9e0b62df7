/** Reads the links of an HTML page from a stream, resolved as in a browser. */

import { Parser } from 'htmlparser2';

/** Attributes that hold the address of another page. */
const linkAttributes: Readonly<Record<string, readonly string[]>> = {
  a: ['href', 'xlink:href'],
  area: ['href'],
  frame: ['src'],
  iframe: ['src'],
};

const bytesToSniff = 1_024;

export interface PageLinks {
  /** Absolute, distinct, in document order. */
  links: URL[];
  /** Whether there were more than the limit. */
  isCut: boolean;
}

export class LinkReader {
  readonly #hrefs = new Set<string>();
  readonly #parser: Parser;
  readonly #maxLinks: number;
  #decoder: TextDecoder | null;
  #unread: Uint8Array[] = [];
  #unreadBytes = 0;
  #base: string | null = null;
  #templates = 0;
  #isCut = false;

  /**
   * @param charset of the answer's header; without one, the page's declaration counts, and without that UTF-8
   * @param maxLinks further links are dropped
   */
  constructor(charset: string | null, maxLinks: number) {
    this.#decoder = charset === null ? null : decoderFor(charset);
    this.#maxLinks = maxLinks;
    this.#parser = new Parser({
      onopentag: (name, attributes) => this.#open(name, attributes),
      onclosetag: (name) => {
        if (name === 'template') this.#templates--;
      },
    });
  }

  write(bytes: Uint8Array): void {
    if (this.#decoder !== null) {
      this.#parser.write(this.#decoder.decode(bytes, { stream: true }));
      return;
    }
    this.#unread.push(bytes);
    this.#unreadBytes += bytes.length;
    if (this.#unreadBytes >= bytesToSniff) this.#chooseDecoder();
  }

  /** @param documentUrl base of relative addresses, unless the page sets another base */
  end(documentUrl: URL): PageLinks {
    if (this.#decoder === null) this.#chooseDecoder();
    this.#parser.end(this.#decoder!.decode());
    const base = this.#base === null ? documentUrl : baseOf(this.#base, documentUrl);
    const links = new Map<string, URL>();
    for (const href of this.#hrefs) {
      const link = URL.parse(href, base);
      if (link !== null) links.set(link.href, link);
    }
    return { links: [...links.values()], isCut: this.#isCut };
  }

  #open(name: string, attributes: Record<string, string>): void {
    if (name === 'template') this.#templates++;
    // The content of a template is not on the page until a script puts it there.
    if (this.#templates > 0) return;
    if (name === 'base') this.#base ??= attributes.href ?? null;
    if (name === 'meta') this.#keep(refreshTarget(attributes));
    if (name === 'a' && 'download' in attributes) return;
    for (const attribute of linkAttributes[name] ?? []) this.#keep(attributes[attribute]);
  }

  #keep(href: string | undefined): void {
    if (href === undefined || this.#hrefs.has(href)) return;
    if (this.#hrefs.size >= this.#maxLinks) this.#isCut = true;
    else this.#hrefs.add(href);
  }

  #chooseDecoder(): void {
    const start = Buffer.concat(this.#unread);
    this.#unread = [];
    this.#decoder = decoderFor(sniffCharset(start));
    this.#parser.write(this.#decoder.decode(start, { stream: true }));
  }
}

/** The first base element counts, and only if its address is valid for a page. */
function baseOf(href: string, documentUrl: URL): URL {
  const base = URL.parse(href, documentUrl);
  return base !== null && /^https?:$/.test(base.protocol) ? base : documentUrl;
}

/** The target of `<meta http-equiv="refresh" content="0; url=…">`. */
function refreshTarget(attributes: Record<string, string>): string | undefined {
  if (attributes['http-equiv']?.trim().toLowerCase() !== 'refresh') return undefined;
  const content = (attributes.content ?? '').slice(0, 4_096);
  return /^\s*[\d.]+\s*[;,]\s*(?:url\s*=\s*)?["']?([^"']*)/i.exec(content)?.[1];
}

function sniffCharset(start: Buffer): string {
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  const text = start.subarray(0, bytesToSniff).toString('latin1');
  return /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{1,40})/i.exec(text)?.[1] ?? 'utf-8';
}

function decoderFor(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}
