/** Reads Markdown like GitHub: the same headings, anchors and links. */
import GithubSlugger from 'github-slugger';
import MarkdownIt from 'markdown-it';
import type { Token } from 'markdown-it';

export interface Heading {
  /** 1 to 6. */
  level: number;
  text: string;
  /** The anchor in a link (`#…`); unique within a page. */
  anchor: string;
}

/** A heading with the text up to the next one. The first section is the text before any heading. */
export interface Section {
  heading: Heading | null;
  text: string;
}

export interface MarkdownPage {
  headings: readonly Heading[];
  sections: readonly Section[];
  /** Targets of links and images, as written. */
  links: readonly string[];
}

/** Maps the target of a link or an image, as written, to the one to use. */
export type RewriteLink = (target: string) => string;

/** Attributes of HTML inside Markdown. */
const htmlTarget = /(\s(?:href|src)=)(["'])(.*?)\2/gi;

/** The HTML tags allowed as markup, as on GitHub. Other tags are shown as text, so that no page can run scripts. */
const markup =
  /^(<!--[^]*-->|<\/?(a|br|details|div|img|kbd|p|picture|source|sub|summary|sup)\b(?![^>]*\son\w+=)[^>]*>|[^<])*$/i;

export function markdown(): MarkdownIt {
  const parser = new MarkdownIt({ html: true, linkify: true });
  parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  parser.core.ruler.push('foreign-html', ({ tokens }) => {
    for (const token of tokens.flatMap((token) => [token, ...(token.children ?? [])])) {
      if (token.type.startsWith('html_') && !markup.test(token.content)) token.type = 'text';
    }
  });
  return parser;
}

const parser = markdown();

export function readMarkdown(text: string): MarkdownPage {
  const tokens = parser.parse(text, {});
  const headings = numberHeadings(tokens);
  return { headings, sections: [...sectionsOf(tokens, headings)], links: tokens.flatMap(targetsOf) };
}

/** The headings in order; each `heading_open` gets its anchor as `id`. */
export function numberHeadings(tokens: readonly Token[]): Heading[] {
  const slugger = new GithubSlugger();
  const headings: Heading[] = [];
  tokens.forEach((token, at) => {
    if (token.type !== 'heading_open') return;
    const text = textOf(tokens[at + 1]!);
    const anchor = slugger.slug(text);
    token.attrSet('id', anchor);
    headings.push({ level: Number(token.tag.slice(1)), text, anchor });
  });
  return headings;
}

/** Rewrites every target in place, including those in HTML. */
export function rewriteTargets(tokens: readonly Token[], rewrite: RewriteLink): void {
  for (const token of tokens) {
    if (token.type === 'link_open') token.attrSet('href', rewrite(token.attrGet('href')!));
    if (token.type === 'image') token.attrSet('src', rewrite(token.attrGet('src')!));
    if (token.type.startsWith('html_'))
      token.content = token.content.replace(
        htmlTarget,
        (_all, name: string, quote: string, target: string) => `${name}${quote}${rewrite(target)}${quote}`,
      );
    rewriteTargets(token.children ?? [], rewrite);
  }
}

function targetsOf(token: Token): string[] {
  const targets: string[] = [];
  rewriteTargets([token], (target) => (targets.push(target), target));
  return targets;
}

function* sectionsOf(tokens: readonly Token[], headings: readonly Heading[]): Generator<Section> {
  let heading: Heading | null = null;
  let words: string[] = [];
  let next = 0;
  for (const [at, token] of tokens.entries()) {
    if (token.type === 'heading_open') {
      if (heading !== null || words.length > 0) yield { heading, text: words.join(' ') };
      heading = headings[next++]!;
      words = [];
    } else if (tokens[at - 1]?.type !== 'heading_open') {
      const text = token.type === 'inline' ? textOf(token) : token.type === 'fence' ? token.content : '';
      if (text !== '') words.push(text.replace(/\s+/g, ' ').trim());
    }
  }
  if (heading !== null || words.length > 0) yield { heading, text: words.join(' ') };
}

/** The visible text of an inline token. */
function textOf(token: Token): string {
  return (token.children ?? [])
    .map(({ type, content, children }) => {
      if (type === 'text' || type === 'code_inline') return content;
      if (type === 'softbreak' || type === 'hardbreak') return ' ';
      return type === 'image' ? (children ?? []).map((child) => child.content).join('') : '';
    })
    .join('');
}
