/** A page that is missing and one that is new with the same image: the same page under another name. */

export interface NamedImage {
  name: string;
  /** Digest of the file. */
  image: string | null;
  pixelsSha256: string | null;
}

export interface NewPage extends NamedImage {
  runId: number;
}

/**
 * Pairs missing pages with new ones that show the same. Only what is certain counts: the image of a missing page must be
 * that of exactly one new page, and of no other missing page. So two pages that look alike, such as two error pages, stay
 * missing and new.
 *
 * @returns the new page's run by the missing page's name
 */
export function renamedPages(missing: readonly NamedImage[], added: readonly NewPage[]): Map<string, number> {
  const byImage = groupBy(added, ({ image }) => image);
  const byPixels = groupBy(added, ({ pixelsSha256 }) => pixelsSha256);
  const matches = missing.map(({ name, image, pixelsSha256 }) => ({
    name,
    runIds: new Set([...at(byImage, image), ...at(byPixels, pixelsSha256)].map(({ runId }) => runId)),
  }));
  const uses = new Map<number, number>();
  for (const { runIds } of matches) for (const id of runIds) uses.set(id, (uses.get(id) ?? 0) + 1);
  const renamed = new Map<string, number>();
  for (const { name, runIds } of matches) {
    const [only] = runIds;
    if (runIds.size === 1 && uses.get(only!) === 1) renamed.set(name, only!);
  }
  return renamed;
}

function groupBy(pages: readonly NewPage[], key: (page: NewPage) => string | null) {
  return Map.groupBy(
    pages.filter((page) => key(page) !== null),
    (page) => key(page)!,
  );
}

function at(groups: Map<string, NewPage[]>, key: string | null): NewPage[] {
  return key === null ? [] : (groups.get(key) ?? []);
}
