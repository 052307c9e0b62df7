/** Reads the order of the manual from `docs/README.md`: groups (`##`), parts of a group (`###`), and one list entry a page. */
import type { Token } from 'markdown-it';
import { resolveLink } from './links.ts';
import { markdown } from './markdown.ts';

export interface NavigationEntry {
  label: string;
  /** The page, relative to the root of the repository. */
  path: string;
  /** Empty: the page from its beginning. */
  anchor: string;
}

export interface NavigationGroup {
  title: string;
  entries: readonly NavigationEntry[];
  parts: readonly { title: string; entries: readonly NavigationEntry[] }[];
}

export const indexPath = 'docs/README.md';

/** @param index text of `docs/README.md` */
export function readNavigation(index: string): NavigationGroup[] {
  const tokens = markdown().parse(index, {});
  const groups: { title: string; entries: NavigationEntry[]; parts: NavigationGroup['parts'][number][] }[] =
    [];
  let entries: NavigationEntry[] = [];
  tokens.forEach((token, at) => {
    const previous = tokens[at - 1];
    if (previous?.type === 'heading_open' && previous.tag === 'h2') {
      entries = [];
      groups.push({ title: token.content, entries, parts: [] });
    } else if (previous?.type === 'heading_open' && previous.tag === 'h3') {
      entries = [];
      groups.at(-1)?.parts.push({ title: token.content, entries });
    } else if (token.type === 'inline' && tokens[at - 2]?.type === 'list_item_open') {
      entries.push(...entryOf(token));
    }
  });
  return groups;
}

/** The entry of a line that begins with a link. */
function entryOf({ children }: Token): NavigationEntry[] {
  const [open, label] = children ?? [];
  if (open?.type !== 'link_open' || label === undefined) return [];
  const target = resolveLink(indexPath, open.attrGet('href')!);
  return target === null ? [] : [{ label: label.content, ...target }];
}

/** All entries in reading order. */
export function entriesOf(groups: readonly NavigationGroup[]): NavigationEntry[] {
  return groups.flatMap(({ entries, parts }) => [...entries, ...parts.flatMap((part) => part.entries)]);
}
