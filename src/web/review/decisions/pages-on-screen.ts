import type { MissingVerdict } from '../../../domain/baselines/choose-baseline.ts';
import type { MissingPages } from '../runs/missing-pages.ts';
import type { Letter, Outbox, PagesLetter } from './outbox.ts';
import type { PagesUndo } from './undo-stack.ts';

/** Shows the verdicts on missing pages that are in transit. */
export class PagesOnScreen {
  #missing: MissingPages;
  #outbox: Outbox;

  constructor(missing: MissingPages, outbox: Outbox) {
    this.#missing = missing;
    this.#outbox = outbox;
  }

  show(letter: PagesLetter, me: string | null): void {
    for (const [verdict, names] of byVerdict(letter)) this.#missing.show(names, verdict, me, letter.at);
  }

  /** The pages' marks according to the last waiting decision, or else the server. */
  showWhatWaits(names: readonly string[], me: string | null): void {
    const free: string[] = [];
    for (const name of names) {
      const waiting = this.#outbox.lastPageVerdict(name);
      if (waiting === null) free.push(name);
      else this.#missing.show([name], waiting.verdict, me, waiting.at);
    }
    this.#missing.takeBack(free);
  }

  /** @param version of the release with these verdicts */
  settle({ pages, at }: PagesLetter, version: number, me: string | null): void {
    this.#missing.settle(
      pages.map((page) => ({ ...page, by: me, at })),
      version,
      this.#outbox.pageNames(),
    );
  }

  /** How to undo a letter, as long as it is not shown. */
  undoOf({ operationId, pages }: PagesLetter): PagesUndo {
    const verdictOf = (name: string) => this.#missing.page(this.#missing.idOf(name) ?? 0)?.verdict;
    return {
      kind: 'pages',
      operationId,
      pages: pages.map(({ name }) => [name, verdictOf(name) ?? 'undecided']),
    };
  }
}

/** The names of a letter by verdict, each sent separately. */
function byVerdict({ pages }: PagesLetter): Map<MissingVerdict, string[]> {
  const groups = Map.groupBy(pages, ({ verdict }) => verdict);
  return new Map([...groups].map(([verdict, group]) => [verdict, group.map(({ name }) => name)]));
}

/** A letter as requests: names with one verdict that had one verdict on screen. */
export function requestsOf({
  pages,
}: PagesLetter): { names: string[]; verdict: MissingVerdict; seen?: MissingVerdict | undefined }[] {
  const groups = Map.groupBy(pages, ({ verdict, seen }) => `${verdict} ${seen}`);
  return [...groups.values()].map((group) => ({
    names: group.map(({ name }) => name),
    verdict: group[0]!.verdict,
    seen: group[0]!.seen,
  }));
}

/** The letter of a person who knows what others decided and wants it all the same. */
export function withoutSeen(letter: Letter): Letter {
  if (letter.kind !== 'pages') return letter;
  return { ...letter, pages: letter.pages.map(({ name, verdict }) => ({ name, verdict })) };
}
