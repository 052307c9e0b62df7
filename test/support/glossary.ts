/** The words that `docs/glossary.md` bans, and the places where a text uses them. */
import ts from 'typescript';

/** Where a word is looked for; `docs/glossary.md` says what each means. */
const places = ['names', 'docs', 'texts', 'comments'] as const;
export type Place = (typeof places)[number];

export interface BannedWord {
  /** As the glossary writes it, in lower case: one word or several. */
  word: string;
  checkedIn: readonly Place[];
}

/** The rows of the table under "Words not to use". @throws where a row names a place that is none */
export function bannedWordsOf(glossary: string): BannedWord[] {
  const [, section = ''] = glossary.split(/^## Words not to use$/m);
  const rows = section
    .split(/^## /m)[0]!
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2);
  return rows.flatMap((row) => {
    const [words, , checkedIn] = row
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    const listed = checkedIn!.split(', ').map((name) => {
      const place = places.find((one) => one === name);
      if (place === undefined) throw new Error(`"${name}" is no place of a word: ${row}`);
      return place;
    });
    return words!
      .split(', ')
      .map((word) => ({ word: word.replace(/ \(.*\)$/, '').toLowerCase(), checkedIn: listed }));
  });
}

/** One place of a file where words can be. */
export interface Passage {
  place: Place;
  /** From the root of the repository, with forward slashes. */
  file: string;
  text: string;
}

export interface Use {
  word: string;
  place: Place;
  file: string;
  /** For names the whole name; else the word with what surrounds it. */
  excerpt: string;
}

/** `wordsOfAName`, `WORDS_OF`, `words-of-a.test.ts` as words with blanks between. */
const wordsOf = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .replace(/[^A-Za-z]+/g, ' ');

/** Every use of a banned word in the places where it is banned. Words of an expression may stand on two lines. */
export function usesOf(banned: readonly BannedWord[], passages: readonly Passage[]): Use[] {
  const uses: Use[] = [];
  for (const place of places) {
    const words = banned.filter(({ checkedIn }) => checkedIn.includes(place)).map(({ word }) => word);
    if (words.length === 0) continue;
    const either = words.map((word) => word.replaceAll(' ', '\\s+')).join('|');
    const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${either})(?![\\p{L}\\p{N}_])`, 'giu');
    for (const { file, text } of passages.filter((passage) => passage.place === place)) {
      for (const { index, 0: found } of (place === 'names' ? wordsOf(text) : text).matchAll(pattern)) {
        const word = found.toLowerCase().replace(/\s+/g, ' ');
        const around = text.slice(Math.max(0, index - 60), index + found.length + 60);
        const excerpt = place === 'names' ? text : around.replace(/\s+/g, ' ').trim();
        uses.push({ word, place, file, excerpt });
      }
    }
  }
  return uses;
}

/** The prose of a Markdown file: without code, addresses of links, HTML comments and the titles of tests. */
export function proseOf(markdown: string): string {
  return markdown
    .replace(/^(`{3,}).*\n[^]*?^\1$/gm, '')
    .replace(/<!--[^]*?-->/g, '')
    .replace(/^- `[^`]+\.test\.tsx?` “[^”]+”$/gm, '')
    .replace(/(`+)[^]*?\1/g, '')
    .replace(/\]\([^)\s]*\)/g, ']');
}

/** The names of a TypeScript file, each once. */
export function namesOf(file: string, source: string): Passage[] {
  return passagesOf(file, source).filter(({ place }) => place === 'names');
}

/** The names and texts of a TypeScript file, without the files that it imports. */
export function passagesOf(file: string, source: string): Passage[] {
  const names = new Set<string>();
  const passages: Passage[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) names.add(node.text);
    else if (ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node) || ts.isJsxText(node))
      passages.push({ place: 'texts', file, text: node.text });
    if (ts.isImportDeclaration(node)) {
      if (node.importClause !== undefined) visit(node.importClause);
    } else if (ts.isExportDeclaration(node)) {
      if (node.exportClause !== undefined) visit(node.exportClause);
    } else ts.forEachChild(node, visit);
  };
  visit(parse(file, source));
  for (const text of names) passages.push({ place: 'names', file, text });
  return passages;
}

/** The comments of a TypeScript file, without the stars before their lines. */
export function commentsOf(file: string, source: string): Passage[] {
  const tree = parse(file, source);
  const found = new Map<number, ts.CommentRange>();
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(tree);
    for (const child of children) if (!ts.isJSDoc(child)) visit(child);
    if (children.some((child) => !ts.isJSDoc(child)) || node.kind === ts.SyntaxKind.JsxText) return;
    if (node.pos === node.getStart(tree)) return;
    for (const ranges of [ts.getLeadingCommentRanges, ts.getTrailingCommentRanges])
      for (const range of ranges(source, node.pos) ?? []) found.set(range.pos, range);
  };
  visit(tree);
  return [...found.values()].map(({ pos, end }) => ({
    place: 'comments',
    file,
    text: source.slice(pos, end).replace(/\n\s*(\*|\/\/)/g, '\n'),
  }));
}

const parse = (file: string, source: string): ts.SourceFile =>
  ts.createSourceFile(
    file,
    source,
    ts.ScriptTarget.Latest,
    false,
    file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );
