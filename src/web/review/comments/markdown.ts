/**
 * The Markdown of comments: paragraphs, lists, quotations, code, emphasis and links. No HTML, no images, no headings. The
 * result is a tree of a few known elements, from which the page makes its own; text never becomes markup. Loaded when the
 * first comment is shown.
 */

import MarkdownIt from 'markdown-it';
import { mentionPlaces } from '../../../domain/comments/comment.ts';

export type CommentNode =
  | string
  | { tag: 'br' }
  | { tag: 'a'; href: string; children: CommentNode[] }
  | { tag: Exclude<CommentTag, 'a' | 'br'>; children: CommentNode[] };

const tags = [
  'p',
  'em',
  'strong',
  's',
  'code',
  'pre',
  'ul',
  'ol',
  'li',
  'blockquote',
  'a',
  'br',
  'mention',
] as const;
type CommentTag = (typeof tags)[number];
type Parent = Extract<CommentNode, { children: CommentNode[] }>;

/** Elements inside each other; deeper ones are left out, their text stays. */
const maxDepth = 12;

const parser = new MarkdownIt('zero', { html: false, linkify: true, breaks: true });
parser.enable([
  ...['blockquote', 'list', 'fence', 'newline', 'escape'],
  ...['backticks', 'emphasis', 'strikethrough', 'link', 'autolink', 'linkify'],
]);
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
parser.validateLink = isWebLink;

/** @param people who are named in the text */
export function readMarkdown(text: string, people: readonly { name: string }[]): CommentNode[] {
  const root: Parent = { tag: 'p', children: [] };
  /** The open elements; null: one that is left out. */
  const open: (Parent | null)[] = [root];
  const around = () => open.findLast((each) => each !== null)!;
  const isIn = (tag: CommentTag) => open.some((each) => each?.tag === tag);
  const add = (node: CommentNode) => around().children.push(node);
  const addText = (words: string) => {
    if (isIn('a')) add(words);
    else for (const part of withMentions(words, people)) add(part);
  };
  for (const token of parser.parse(text, {}).flatMap((each) => each.children ?? [each])) {
    const { type, content, nesting } = token;
    if (type === 'text' || type === 'text_special') addText(content);
    else if (type === 'softbreak' || type === 'hardbreak') add({ tag: 'br' });
    else if (type === 'code_inline') add({ tag: 'code', children: [content] });
    else if (type === 'fence') add({ tag: 'pre', children: [content] });
    else if (nesting === 1) {
      const made =
        isIn(token.tag as CommentTag) && token.tag === 'a'
          ? null
          : elementOf(token.tag, token.attrGet('href'));
      const kept = open.length > maxDepth || token.hidden ? null : made;
      if (kept !== null) add(kept);
      open.push(kept);
    } else if (nesting === -1 && open.length > 1) open.pop();
    else if (content !== '') addText(content);
  }
  return root.children;
}

function elementOf(tag: string, href: string | null): Parent | null {
  if (tag === 'a') return href !== null && isWebLink(href) ? { tag, href, children: [] } : null;
  const known = tags.find((each) => each === tag);
  return known === undefined || known === 'br' || known === 'a' ? null : { tag: known, children: [] };
}

/** Only addresses of the web, and none that carry a name and a password, which look like another host. */
function isWebLink(address: string): boolean {
  const url = URL.parse(address.trim());
  return (
    url !== null &&
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    url.username === '' &&
    url.password === '' &&
    /^https?:\/\//i.test(address.trim())
  );
}

function withMentions(text: string, people: readonly { name: string }[]): CommentNode[] {
  const parts: CommentNode[] = [];
  let at = 0;
  for (const { from, to } of mentionPlaces(text, people)) {
    if (from > at) parts.push(text.slice(at, from));
    parts.push({ tag: 'mention', children: [text.slice(from, to)] });
    at = to;
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}
