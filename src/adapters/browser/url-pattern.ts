import { RE2JS } from 're2js';

const escapedDot = '\u0001';

/**
 * A pattern for URLs as users write it: equal to the URL, else an RE2 pattern found anywhere in it; one that starts
 * with http(s):// and is not a valid pattern is taken literally. Matching takes time linear in the URL's length.
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
    // An escaped dot is a dot of the host name; a bare one may be a dot or any character.
    const text = this.text.toLowerCase().replaceAll('\\.', escapedDot);
    const escaped = [...host.toLowerCase()].map((c) =>
      c === '.' ? `[.${escapedDot}]` : c.replace(/[^a-z0-9-]/, '\\$&'),
    );
    const name = new RegExp(
      `(?<![a-z0-9.${escapedDot}-])${escaped.join('')}(?![a-z0-9${escapedDot}-]|\\.[a-z0-9])`,
    );
    return name.test(text);
  }
}
