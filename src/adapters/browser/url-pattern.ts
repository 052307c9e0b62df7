import { RE2JS } from 're2js';

/**
 * A pattern for URLs as users write it: equal to the URL, else an RE2 pattern found anywhere in it; one that starts
 * with http(s):// and is no pattern is taken literally. Matching takes time linear in the URL's length.
 */
export class UrlPattern {
  readonly text: string;
  readonly #expression: RE2JS | undefined;

  constructor(text: string) {
    this.text = text;
    try {
      this.#expression = RE2JS.compile(text);
    } catch {
      this.#expression = undefined;
    }
  }

  matches(url: string): boolean {
    if (url === this.text) return true;
    return this.#expression === undefined
      ? url.includes(this.text) && /^https?:\/\//.test(this.text)
      : this.#expression.matcher(url).find();
  }

  /** Whether the pattern spells the host out, e.g. `api\.example\.com/v1` for `api.example.com`. */
  namesHost(host: string): boolean {
    if (host === '') return false;
    const plain = this.text.replaceAll('\\', '').toLowerCase();
    const index = plain.indexOf(host.toLowerCase());
    if (index === -1) return false;
    const before = plain[index - 1] ?? '';
    const after = plain[index + host.length] ?? '';
    return !/[a-z0-9.-]/.test(before) && !/[a-z0-9.-]/.test(after);
  }
}
