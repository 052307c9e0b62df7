/** Resolves relative links of Markdown files. Paths are relative to the repository's root, with `/`. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readMarkdown } from './markdown.ts';

export interface LinkTarget {
  /** A file or a folder; `.` is the root, and `..` leads outside. */
  path: string;
  /** Without `#`; empty if the link names none. */
  anchor: string;
}

/** @returns null for an address with a scheme or a host, which leads out of the repository */
export function resolveLink(from: string, target: string): LinkTarget | null {
  if (/^([a-z][a-z\d+.-]*:|\/\/)/i.test(target)) return null;
  const [written, anchor = ''] = target.split('#', 2) as [string, string?];
  const path = decodeURIComponent(written);
  if (path === '') return { path: from, anchor };
  const joined = path.startsWith('/') ? posix.normalize(`.${path}`) : posix.join(posix.dirname(from), path);
  return { path: joined.replace(/(?<=.)\/$/, ''), anchor };
}

/** Checks links of Markdown files against existing files and headings; reads each file once. */
export class LinkChecker {
  readonly #root: string;
  readonly #anchors = new Map<string, ReadonlySet<string>>();

  constructor(root: string) {
    this.#root = root;
  }

  /** @returns one line for every broken relative link of the file: `FILE: TARGET: what is wrong` */
  brokenLinks(file: string): string[] {
    const { links } = readMarkdown(readFileSync(join(this.#root, file), 'utf8'));
    return links.flatMap((link) => {
      const trouble = this.#troubleWith(file, link);
      return trouble === null ? [] : [`${file}: ${link}: ${trouble}`];
    });
  }

  #troubleWith(file: string, link: string): string | null {
    const target = resolveLink(file, link);
    if (target === null) return null;
    const { path, anchor } = target;
    if (path.startsWith('..')) return 'leads out of the repository';
    if (!existsSync(join(this.#root, path))) return 'no such file';
    if (anchor === '' || !path.endsWith('.md')) return null;
    return this.#anchorsOf(path).has(anchor) ? null : `no heading of ${path} has this anchor`;
  }

  #anchorsOf(path: string): ReadonlySet<string> {
    let anchors = this.#anchors.get(path);
    if (anchors === undefined) {
      const text = readFileSync(join(this.#root, path), 'utf8');
      anchors = new Set(readMarkdown(text).headings.map((heading) => heading.anchor));
      this.#anchors.set(path, anchors);
    }
    return anchors;
  }
}

export function isFolder(root: string, path: string): boolean {
  return statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory() ?? false;
}
