import { maxCaptureWarnings, type CaptureWarning } from '../../domain/capture/capture-warning.ts';
import type { StorageState } from '../../domain/capture/storage-state.ts';
import { secretConfigKeys, type CaptureConfig } from '../../domain/capture/capture-config.ts';

/** The subject of a log line. */
export type LogKind =
  | 'capture'
  | 'stage'
  | 'request'
  | 'console'
  | 'error'
  | 'dialog'
  | 'popup'
  | 'inject'
  | 'step'
  | 'note'
  | 'warning'
  | 'screenshot'
  | 'result';

const limitBytes = 1024 * 1024;
const limitLine = 4_000;
const maxSentenceCharacters = 500;
/** Reserved below the limit, so that the outcome is always the last line. */
const reservedBytes = 8 * 1024;
const mask = '•••';
/** A query parameter that grants access, recognized by its name: `?token=…`, `&X-Amz-Signature=…`. */
const secretParameter =
  /([?&;](?:[a-z0-9]{1,20}[_.-]){0,4}(?:token|signature|sig|secret|password|passwd|pwd|credential|api_?key|accesskey|auth|jwt|sessionid)=)[^&;#\s"'<>]{1,8000}/gi;

/**
 * The log of one capture: plain text, one event per line, as described in `docs/capture.md`.
 *
 * ```text
 *    0.012  request   GET http://localhost:8000/ 200 text/html 1.2 kB 8 ms
 * ```
 *
 * At most 1 MiB; secrets of the config, passwords and access tokens in URLs are masked, control characters removed.
 */
export class CaptureLog {
  readonly #start = performance.now();
  readonly #secrets: string[];
  readonly #lines: string[] = [];
  readonly #warnings: CaptureWarning[] = [];
  #bytes = 0;
  #dropped = 0;

  constructor(config: CaptureConfig) {
    this.#secrets = secretsOf(config);
  }

  /** Milliseconds since the capture began. */
  get elapsedMs(): number {
    return performance.now() - this.#start;
  }

  /** Each warning once, in order. */
  get warnings(): readonly CaptureWarning[] {
    return this.#warnings;
  }

  /** Adds a line, and tells it with the result of the capture. */
  warn(warning: CaptureWarning): void {
    const sentence = this.masked(warning.sentence).slice(0, maxSentenceCharacters);
    const isKnown = this.#warnings.some(
      (other) => other.code === warning.code && other.sentence === sentence,
    );
    if (isKnown) return;
    this.add('warning', sentence);
    if (this.#warnings.length < maxCaptureWarnings) this.#warnings.push({ ...warning, sentence });
  }

  add(kind: LogKind, text: string): void {
    const line = this.#line(kind, text);
    const bytes = Buffer.byteLength(line) + 1;
    if (kind !== 'result' && this.#bytes + bytes > limitBytes - reservedBytes) {
      this.#dropped++;
      return;
    }
    this.#bytes += bytes;
    this.#lines.push(line);
  }

  /** Masks the secrets in a text that leaves the log. */
  masked(text: string): string {
    let result = text
      .replace(/\b([a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@]{0,200}):[^\s/@]{1,500}@/gi, `$1:${mask}@`)
      .replace(secretParameter, `$1${mask}`);
    for (const secret of this.#secrets) result = result.replaceAll(secret, mask);
    return result;
  }

  toString(): string {
    const lines = [...this.#lines];
    if (this.#dropped > 0) {
      const marker = this.#line('note', `the log is full: ${this.#dropped} more lines were left out`);
      lines.splice(-1, 0, marker);
    }
    return `${lines.join('\n')}\n`;
  }

  #line(kind: LogKind, text: string): string {
    // Masked before the text is cut, so that no secret is split at the end.
    const masked = this.masked(text.slice(0, 2 * limitLine));
    const cut =
      masked.length > limitLine ? `${masked.slice(0, limitLine)}… (${text.length} characters)` : masked;
    const clean = cut
      .replace(/\r\n?/g, '\n')
      .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/g, ' ')
      .replace(/\n/g, `\n${' '.repeat(20)}`);
    return `${(this.elapsedMs / 1000).toFixed(3).padStart(8)}  ${kind.padEnd(8)}  ${clean}`;
  }
}

/** Every secret value of the config, in the forms in which it may appear; longest first. */
function secretsOf(config: CaptureConfig): string[] {
  const values: string[] = [];
  for (const key of secretConfigKeys) {
    if (key !== 'secrets' && key !== 'storageState') collectValues(config[key], values);
  }
  values.push(...Object.values(config.secrets ?? {}).map(({ value }) => value));
  if (typeof config.storageState === 'object') values.push(...valuesOf(config.storageState));
  if (config.httpPassword !== undefined) {
    const pair = `${config.httpUserName ?? ''}:${config.httpPassword}`;
    values.push(Buffer.from(pair).toString('base64'));
  }
  const forms = values.flatMap((value) => [
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
  ]);
  // A shorter secret would mask half of the log, and the gaps would reveal it.
  return [...new Set(forms)].filter((form) => form.length >= 4).sort((a, b) => b.length - a.length);
}

/** Cookies and tokens; other values of local storage are too many, and too common. */
function valuesOf({ cookies, origins }: StorageState): string[] {
  const stored = origins.flatMap(({ localStorage }) => localStorage.map(({ value }) => value));
  return [...cookies.map(({ value }) => value), ...stored.filter((value) => value.length >= 20)];
}

function collectValues(value: unknown, into: string[]): void {
  if (typeof value === 'string') into.push(value);
  else if (Array.isArray(value)) {
    for (const cookie of value as { value: string }[]) into.push(cookie.value);
  } else if (typeof value === 'object' && value !== null) {
    for (const entry of Object.values(value)) collectValues(entry, into);
  }
}

/** `512 B`, `1.2 kB`, `3.4 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** `320 ms`, `1.5 seconds`, `90 seconds`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 100) / 10;
  return `${seconds} second${seconds === 1 ? '' : 's'}`;
}
