/** Builds the manual as a static site: the repository's Markdown, rendered by Eleventy, with an offline search. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, posix, relative } from 'node:path';
import Eleventy from '@11ty/eleventy';
import type MarkdownIt from 'markdown-it';
import type { Token } from 'markdown-it';
import { build as viteBuild } from 'vite';
import { browsers } from '../../src/web/vite.config.ts';
import type { SearchEntry } from './client/search.ts';
import { markdown, numberHeadings, rewriteTargets } from './markdown.ts';
import { entriesOf, indexPath, readNavigation, type NavigationEntry } from './navigation.ts';
import { addressOf, readSite, siteLink, type SiteContent, type SitePage } from './pages.ts';

const here = import.meta.dirname;

export interface BuiltSite {
  /** Addresses relative to the folder of the site. */
  pages: readonly string[];
  search: readonly SearchEntry[];
}

/**
 * @param root of the repository
 * @param folder of the site; emptied first
 */
export async function buildDocsSite(root: string, folder: string): Promise<BuiltSite> {
  const content = readSite(root);
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'assets'), { recursive: true });
  const search = [...content.pages.values()].flatMap(searchEntries);
  await Promise.all([
    buildClient(join(folder, 'assets')),
    writeFile(
      join(folder, 'assets', 'search-entries.js'),
      `globalThis.searchEntries = ${JSON.stringify(search)};\n`,
    ),
  ]);
  const eleventy = new Eleventy(fromHere(join(here, 'templates')), fromHere(folder), {
    quietMode: true,
    config(config) {
      config.setUseGitIgnore(false);
      config.setLibrary('md', siteMarkdown(root));
      for (const file of content.files) config.addPassthroughCopy({ [fromHere(join(root, file))]: file });
      for (const page of content.pages.values())
        config.addTemplate(page.path, page.text, pageData(page, content));
      return { markdownTemplateEngine: false };
    },
  });
  eleventy.disableLogger();
  await eleventy.write();
  return { pages: [...content.pages.keys()].map(addressOf), search };
}

/** Eleventy resolves paths from the current folder. */
function fromHere(path: string): string {
  return relative(process.cwd(), path) || '.';
}

/** Markdown to HTML with the site's addresses; the environment is the data of the page. */
function siteMarkdown(root: string): MarkdownIt {
  const parser = markdown();
  parser.core.ruler.push('site', ({ tokens, env }) => {
    const { source } = env as { source: string };
    numberHeadings(tokens);
    rewriteTargets(tokens, (link) => siteLink(root, source, link));
    tokens.forEach((token, at) => {
      if (token.type === 'th_open' || token.type === 'td_open') cellForSite(tokens, at);
    });
  });
  const { rules } = parser.renderer;
  const { fence } = rules;
  // Anything that scrolls sideways must be reachable with the keyboard.
  rules['table_open'] = () => '<div class="table" role="group" aria-label="Table" tabindex="0"><table>\n';
  rules['table_close'] = () => '</table></div>\n';
  rules['fence'] = (...given) => fence!(...given).replace('<pre', '<pre tabindex="0"');
  rules['heading_close'] = (tokens, at) => {
    const open = tokens[at - 2]!;
    const link =
      open.tag === 'h1'
        ? ''
        : ` <a class="anchor" href="#${open.attrGet('id')}" aria-label="Link to this section">#</a>`;
    return `${link}</${open.tag}>\n`;
  };
  return parser;
}

/** Rewrites the opening tag of a cell. */
function cellForSite(tokens: readonly Token[], at: number): void {
  const [open, content, close] = tokens.slice(at, at + 3) as [Token, Token, Token];
  // Markdown tables always have a header row; an empty header cell is no header.
  if (content.content === '') open.tag = close.tag = 'td';
  // The pages' content security policy forbids inline styles.
  const align = open.attrGet('style')?.replace('text-align:', '');
  if (align !== undefined) open.attrs = [['data-align', align]];
}

function pageData(page: SitePage, { pages }: SiteContent): Record<string, unknown> {
  const address = addressOf(page.path);
  const groups = readNavigation(pages);
  const order = entriesOf(groups);
  const at = order.findIndex(({ path }) => path === page.path);
  const link = (entry: NavigationEntry) => ({
    label: entry.label,
    address: addressOf(entry.path) + (entry.anchor && `#${entry.anchor}`),
    isCurrent: order[at] === entry,
  });
  const otherPage = (entry: NavigationEntry) => entry.path !== page.path;
  const previous = order.slice(0, Math.max(at, 0)).findLast(otherPage);
  const next = at < 0 ? undefined : order.slice(at).find(otherPage);
  return {
    layout: 'page.njk',
    // `{{ … }}` in the manual is text, not a template.
    templateEngineOverride: 'md',
    permalink: address,
    source: page.path,
    title: page.title,
    isStart: page.path === 'README.md',
    isIndex: page.path === indexPath,
    toRoot: '../'.repeat(posix.dirname(address) === '.' ? 0 : posix.dirname(address).split('/').length),
    toc: page.headings.filter(({ level }) => level === 2 || level === 3),
    groups: groups.map((group) => ({
      title: group.title,
      entries: group.entries.map((entry) => ({
        ...link(entry),
        below: entry.below.map(link),
        isOpen: entry === order[at] || entry.below.includes(order[at]!),
      })),
    })),
    previous: previous && link(previous),
    next: next && link(next),
  };
}

function searchEntries({ path, title, sections }: SitePage): SearchEntry[] {
  return sections.map(({ heading, text }) => ({
    page: title,
    title: heading?.text ?? title,
    address: addressOf(path) + (heading === null || heading.level === 1 ? '' : `#${heading.anchor}`),
    text,
  }));
}

/** One classic script and one style sheet: both also work for a page opened from disk. */
async function buildClient(folder: string): Promise<void> {
  await viteBuild({
    configFile: false,
    root: join(here, 'client'),
    logLevel: 'error',
    publicDir: false,
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: browsers,
      cssTarget: browsers,
      reportCompressedSize: false,
      lib: {
        entry: join(here, 'client', 'main.ts'),
        formats: ['iife'],
        name: 'docsSite',
        fileName: () => 'site.js',
        cssFileName: 'site',
      },
    },
  });
}
