/**
 * Reads the order of the manual from `docs/README.md`: groups (`##`) and one list entry per page. Below the index of
 * a folder come the folder's pages.
 */
import { posix } from 'node:path';
import type { Token } from 'markdown-it';
import { resolveLink } from './links.ts';
import { markdown } from './markdown.ts';
import type { SitePage } from './pages.ts';

export interface NavigationEntry {
  label: string;
  /** The page, relative to the root of the repository. */
  path: string;
  /** Empty: the top of the page. */
  anchor: string;
  below: readonly NavigationEntry[];
}

export interface NavigationGroup {
  title: string;
  entries: readonly NavigationEntry[];
}

export const indexPath = 'docs/README.md';

export function readNavigation(pages: ReadonlyMap<string, SitePage>): NavigationGroup[] {
  const tokens = markdown().parse(pages.get(indexPath)!.text, {});
  const groups: { title: string; entries: NavigationEntry[] }[] = [];
  tokens.forEach((token, at) => {
    const previous = tokens[at - 1];
    if (previous?.type === 'heading_open' && previous.tag === 'h2')
      groups.push({ title: token.content, entries: [] });
    else if (token.type === 'inline' && tokens[at - 2]?.type === 'list_item_open')
      groups.at(-1)?.entries.push(...entryOf(token, pages));
  });
  return groups;
}

/** All entries in reading order. */
export function entriesOf(groups: readonly NavigationGroup[]): NavigationEntry[] {
  return groups.flatMap(({ entries }) => entries.flatMap((entry) => [entry, ...entry.below]));
}

/** The entry of a line that begins with a link. */
function entryOf({ children }: Token, pages: ReadonlyMap<string, SitePage>): NavigationEntry[] {
  const [open, label] = children ?? [];
  if (open?.type !== 'link_open' || label === undefined) return [];
  const target = resolveLink(indexPath, open.attrGet('href')!);
  if (target === null) return [];
  const folderIndex = posix.join(target.path, 'README.md');
  if (pages.has(folderIndex)) target.path = folderIndex;
  return [{ label: label.content, ...target, below: pagesBelow(target.path, pages) }];
}

function pagesBelow(path: string, pages: ReadonlyMap<string, SitePage>): NavigationEntry[] {
  if (posix.basename(path) !== 'README.md') return [];
  const linked = pages.get(path)!.links.map((link) => resolveLink(path, link)?.path);
  return [...new Set(linked)].flatMap((below) => {
    const page = below === undefined || below === path ? undefined : pages.get(below);
    if (page === undefined || posix.dirname(page.path) !== posix.dirname(path)) return [];
    return [{ label: page.title, path: page.path, anchor: '', below: [] }];
  });
}
