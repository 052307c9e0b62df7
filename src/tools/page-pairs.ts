import type { CaptureConfig } from '../domain/capture/capture-config.ts';
import { AppError } from '../base/errors.ts';
import { checkPageUrl, defaultRunName, maxNameLength } from '../domain/names.ts';
import type { CaptureRun } from './planned-run.ts';
import type { Line } from './read-lines.ts';

export interface PagePair {
  before: string;
  after: string;
}

/** The address as `URL` writes it. @throws AppError `invalid_argument` | `url_not_allowed` */
function pageUrl(what: string, text: string): string {
  return checkPageUrl(what, text).href;
}

/** @throws AppError that names the argument */
export function onePair(before: string, after: string): PagePair {
  return { before: pageUrl('BEFORE', before), after: pageUrl('AFTER', after) };
}

/** Lines of two addresses. @throws AppError with `file:line` in front */
export function pairsOfLines(lines: readonly Line[]): PagePair[] {
  return lines.map(({ text, where }) => {
    const words = text.split(/\s+/);
    if (words.length !== 2) {
      throw new AppError(
        'config_invalid',
        `${where}: a line must contain two addresses, before and after, separated by a space; got "${text.slice(0, 100)}".`,
      );
    }
    return { before: pageUrl(`${where}: before`, words[0]!), after: pageUrl(`${where}: after`, words[1]!) };
  });
}

/** Paths below two addresses. @throws AppError with `file:line` in front */
export function pairsOfPaths(before: string, after: string, lines: readonly Line[]): PagePair[] {
  const prefixes = onePair(before, after);
  return lines.map(({ text, where }) => ({
    before: pageUrl(where, below(prefixes.before, text)),
    after: pageUrl(where, below(prefixes.after, text)),
  }));
}

/** `https://x/shop/` and `/cart?a=1` are `https://x/shop/cart?a=1`. */
export function below(prefix: string, path: string): string {
  const url = new URL(prefix);
  url.search = '';
  url.hash = '';
  return `${url.href.replace(/\/$/, '')}/${path.replace(/^\//, '')}`;
}

/** Runs of one version of a site as pairs with the other version: the same path below `before`. */
export async function* pairedWith(
  runs: AsyncIterable<CaptureRun>,
  { before, after }: PagePair,
): AsyncGenerator<CaptureRun> {
  for await (const run of runs) {
    const rest = run.url.startsWith(after) ? run.url.slice(after.length) : defaultRunName(new URL(run.url));
    const url = rest === '' ? before : below(before, rest);
    yield { ...run, ref: { url, config: run.config } };
  }
}

/**
 * The runs of pairs, each named by the path and query of its new page.
 *
 * @throws AppError `config_invalid` where two pairs would have one name
 */
export function runsOfPairs(pairs: readonly PagePair[], config: CaptureConfig): CaptureRun[] {
  const first = new Map<string, string>();
  return pairs.map(({ before, after }) => {
    const name = defaultRunName(new URL(after)).slice(0, maxNameLength);
    const other = first.get(name);
    if (other !== undefined) {
      throw new AppError(
        'config_invalid',
        `${other} and ${after} would both be named "${name}". Compare them in two releases.`,
      );
    }
    first.set(name, after);
    return { kind: 'capture', name, url: after, config, ref: { url: before, config } };
  });
}
