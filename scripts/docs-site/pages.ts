/** The pages and files of the site: the manual, and everything in the repository that it links to. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { isFolder, resolveLink } from './links.ts';
import { readMarkdown, type MarkdownPage } from './markdown.ts';

export interface SitePage extends MarkdownPage {
  /**
   * Of the Markdown file, relative to the root of the repository. A folder without `README.md` gets a generated one.
   */
  path: string;
  text: string;
  title: string;
}

export interface SiteContent {
  pages: ReadonlyMap<string, SitePage>;
  /** Files copied as is, relative to the root of the repository. */
  files: ReadonlySet<string>;
}

const startPages = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'ARCHITECTURE.md'];

/** Every Markdown file of the manual, relative to the root of the repository. */
export function manualPages(root: string): string[] {
  const found = globSync('docs/**/*.md', { cwd: root }).map((path) => path.replaceAll('\\', '/'));
  return [...startPages, ...found.sort()];
}

export function readSite(root: string): SiteContent {
  const pages = new Map<string, SitePage>();
  const files = new Set<string>();
  const waiting = manualPages(root);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (pages.has(path)) continue;
    const text = existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : listing(root, path);
    const page = readMarkdown(text);
    pages.set(path, { path, text, title: page.headings[0]?.text ?? path, ...page });
    for (const link of page.links) {
      const target = pageOrFile(root, path, link);
      if (target === null) continue;
      if (target.endsWith('.md')) waiting.push(target);
      else files.add(target);
    }
  }
  return { pages, files };
}

/** The target of a link on the site: a page (`….md`; for a folder, its `README.md`) or a file. Null: another site. */
function pageOrFile(root: string, from: string, link: string): string | null {
  const target = resolveLink(from, link);
  if (target === null) return null;
  return isFolder(root, target.path) ? posix.join(target.path, 'README.md') : target.path;
}

/** The path of a page or a file on the site. */
export function addressOf(path: string): string {
  return path.replace(/(^|\/)README\.md$/, '$1index.html').replace(/\.md$/, '.html');
}

/** The address of a link's target on the site, relative to the page with the link. */
export function siteLink(root: string, from: string, link: string): string {
  const path = pageOrFile(root, from, link);
  if (path === null) return link;
  const anchor = link.includes('#') ? link.slice(link.indexOf('#')) : '';
  if (path === from && anchor !== '') return anchor;
  return encodeURI(posix.relative(posix.dirname(addressOf(from)), addressOf(path))) + anchor;
}

/** The generated page of a folder: its files, by name. */
function listing(root: string, path: string): string {
  const folder = posix.dirname(path);
  const inside = globSync('**/*', { cwd: join(root, folder), withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.relative(join(root, folder), posix.join(entry.parentPath, entry.name)))
    .sort();
  const lines = inside.map((file) => {
    const title = file.endsWith('.md')
      ? readMarkdown(readFileSync(join(root, folder, file), 'utf8')).headings[0]?.text
      : undefined;
    return `- [${title ?? `\`${file}\``}](<${file}>)`;
  });
  return `# ${folder}\n\n${lines.join('\n')}\n`;
}
