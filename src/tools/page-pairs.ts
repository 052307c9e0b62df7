import { fanOut, type FannedConfig } from '../domain/capture/fan-out.ts';
import { AppError } from '../base/errors.ts';
import { checkPageUrl, defaultRunName } from '../domain/names.ts';
import type { CaptureRun } from './planned-run.ts';
import { fannedName } from './fanned-name.ts';
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

/** Reads lines of two addresses. @throws AppError that starts with `file:line` */
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

/** Joins paths to two addresses. @throws AppError that starts with `file:line` */
export function pairsOfPaths(before: string, after: string, lines: readonly Line[]): PagePair[] {
  const prefixes = onePair(before, after);
  return lines.map(({ text, where }) => ({
    before: pageUrl(where, below(prefixes.before, text)),
    after: pageUrl(where, below(prefixes.after, text)),
  }));
}

/** `https://x/shop/` and `/cart?a=1` give `https://x/shop/cart?a=1`. */
export function below(prefix: string, path: string): string {
  const url = new URL(prefix);
  url.search = '';
  url.hash = '';
  return `${url.href.replace(/\/$/, '')}/${path.replace(/^\//, '')}`;
}

/** Pairs the runs of one version of a site with the other version: the same path below `before`. */
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
 * @throws AppError `config_invalid` if two pairs would have the same name
 */
export function runsOfPairs(pairs: readonly PagePair[], config: FannedConfig): CaptureRun[] {
  const captures = fanOut(config);
  const first = new Map<string, string>();
  return pairs.flatMap(({ before, after }) =>
    captures.map((capture): CaptureRun => {
      const name = fannedName(defaultRunName(new URL(after)), capture);
      const other = first.get(name);
      if (other !== undefined) {
        throw new AppError(
          'config_invalid',
          `${other} and ${after} would both be named "${name}". Compare them in two releases.`,
        );
      }
      first.set(name, after);
      return {
        kind: 'capture',
        name,
        url: after,
        config: capture.config,
        ref: { url: before, config: capture.config },
      };
    }),
  );
}
