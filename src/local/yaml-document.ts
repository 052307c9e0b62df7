/** One YAML text, parsed within limits that stop alias bombs, with the position of every value. */

import {
  CST,
  Lexer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type Pair,
} from 'yaml';
import { AppError } from '../base/errors.ts';

export const yamlLimits = {
  /** Bytes of text. */
  bytes: 1_048_576,
  /** Nodes after every alias and merge key is expanded. */
  nodes: 100_000,
  /** Levels of nesting. */
  depth: 100,
  aliases: 10_000,
} as const;

const tooComplex = `The config is too complex: with its aliases it has more than ${yamlLimits.nodes.toLocaleString('en-US')} values.`;

/** 1-based. */
export interface Position {
  line: number;
  column: number;
}

export interface YamlDocument {
  /** Plain data; aliases of one value share one object. */
  value: unknown;
  /** Position of the key (or list item) at a path; if it is missing, of its nearest parent. */
  locate(path: readonly PropertyKey[]): Position;
  /** Whether the value of a top-level key carries an anchor. */
  isAnchored(key: string): boolean;
  /** Keys that are used twice: the value is that of the last. */
  repeatedKeys: { at: Position; message: string }[];
}

/**
 * Parses YAML 1.2 with merge keys.
 *
 * @param name the file's name in messages
 * @param toleratesRepeatedKeys whether the caller refuses the document because of them, together with what else is wrong
 * @throws AppError `config_invalid`: a line for each mistake, prefixed with `name:line:column`
 */
export function parseYaml(text: string, name: string, toleratesRepeatedKeys = false): YamlDocument {
  if (Buffer.byteLength(text) > yamlLimits.bytes) {
    throw new AppError('config_invalid', `${name} is larger than 1 MiB, the limit for a config file.`);
  }
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  try {
    checkTokens(text, (offset, message) => fail(name, positionIn(text, offset), message));
    const document = parseDocument(text, {
      merge: true,
      // The library compares every key with every other; `checkSize` uses a set.
      uniqueKeys: false,
      lineCounter: lines,
      prettyErrors: false,
      keepSourceTokens: false,
    });
    const problems = [...document.errors, ...document.warnings];
    if (problems.length > 0) {
      refuseAll(
        name,
        firstOfEachKind(problems, text).map(({ offset, message }) => ({ at: at(offset), message })),
      );
    }
    const repeatedKeys: YamlDocument['repeatedKeys'] = [];
    const positionOf = (node: Node): Position => at(node.range?.[0] ?? 0);
    checkSize(
      document,
      (node, message) => fail(name, positionOf(node), message),
      (key, message) => repeatedKeys.push({ at: positionOf(key), message }),
    );
    if (repeatedKeys.length > 0 && !toleratesRepeatedKeys) refuseAll(name, repeatedKeys);
    return {
      value: document.toJS({ maxAliasCount: yamlLimits.aliases }) as unknown,
      locate: (path) => at(locate(document, path)),
      isAnchored: (key) => {
        const pair = isMap(document.contents) ? findPair(document, document.contents, key) : undefined;
        return pair !== undefined && hasAnchor(pair.value);
      },
      repeatedKeys,
    };
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof RangeError) fail(name, { line: 1, column: 1 }, 'The YAML is nested too deeply.');
    const message = error instanceof Error ? error.message : String(error);
    fail(name, { line: 1, column: 1 }, sentence(message));
  }
}

/** Position of an offset, before the parser has counted the lines. */
function positionIn(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

function fail(name: string, { line, column }: Position, message: string): never {
  throw new AppError('config_invalid', `${name}:${line}:${column}: ${message}`);
}

/** The most mistakes that one message lists. */
export const shownMistakes = 50;

/**
 * @param mistakes at least one
 * @throws AppError `config_invalid` with a line for each, in the order of the file
 */
export function refuseAll(name: string, mistakes: readonly { at: Position; message: string }[]): never {
  const lines = [...mistakes]
    .sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)
    .map(({ at, message }) => `${name}:${at.line}:${at.column}: ${message}`);
  const more = lines.length - shownMistakes;
  const rest = more > 0 ? [`${name}: and ${more} more ${more === 1 ? 'mistake' : 'mistakes'}.`] : [];
  throw new AppError('config_invalid', [...lines.slice(0, shownMistakes), ...rest].join('\n'));
}

/**
 * What is wrong with the notation, without what only follows from the mistake before: once the parser has lost its place,
 * it complains about every token.
 */
function firstOfEachKind(
  problems: readonly { pos: [number, number]; message: string }[],
  text: string,
): { offset: number; message: string }[] {
  const isLost = (message: string): boolean =>
    /^Unexpected .* (at node end|in YAML stream)\b|^Source contains multiple documents/.test(message);
  const firstLost = problems.findIndex(({ message }) => isLost(message));
  return problems
    .filter(({ message }, index) => index <= Math.max(firstLost, 0) || !isLost(message))
    .map(({ pos: [offset], message }) => {
      const variable = /\$$/.test(text.slice(0, offset)) ? /^\{[^}\n]*\}/.exec(text.slice(offset)) : null;
      return variable === null
        ? { offset, message: sentence(message) }
        : { offset: offset - 1, message: `Between { } or [ ], a variable needs quotes: "$${variable[0]}".` };
    });
}

function sentence(message: string): string {
  const text = message.trim().split('\n')[0]!.replace(/:$/, '');
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function hasAnchor(value: unknown): boolean {
  return (isMap(value) || isSeq(value) || isScalar(value)) && value.anchor !== undefined;
}

/**
 * Checks the tokens before anything is built from them: the parser's time grows faster than the text if the text is
 * all indicators.
 */
function checkTokens(text: string, refuse: (offset: number, message: string) => never): void {
  let offset = 0;
  let flowDepth = 0;
  /** Block indicators in a row on one line: each is nested in the one before. */
  let inRow = 0;
  let nodes = 0;
  for (const token of new Lexer().lex(text)) {
    switch (CST.tokenType(token)) {
      case 'flow-map-start':
      case 'flow-seq-start':
        flowDepth++;
        nodes++;
        break;
      case 'flow-map-end':
      case 'flow-seq-end':
        flowDepth--;
        break;
      case 'seq-item-ind':
      case 'explicit-key-ind':
        inRow++;
        nodes++;
        break;
      case 'map-value-ind':
        nodes += 2;
        break;
      case 'space':
        break;
      default:
        inRow = 0;
    }
    if (flowDepth > yamlLimits.depth || inRow > yamlLimits.depth) {
      refuse(offset, `The YAML is nested too deeply: at most ${yamlLimits.depth} levels.`);
    }
    if (nodes > yamlLimits.nodes) refuse(offset, tooComplex);
    // Marks of the lexer itself (document, scalar, end of flow) correspond to no text.
    if (!/^[\u0002\u0018\u001f]/.test(token)) offset += token.length;
  }
}

/**
 * Counts the nodes of the document with every alias expanded, without expanding any: each anchored node is counted
 * once and remembered, so the count itself is linear.
 */
function checkSize(
  document: Document.Parsed,
  refuse: (node: Node, message: string) => never,
  noteRepeatedKey: (key: Node, message: string) => void,
): void {
  const anchors = new Map<string, Node>();
  const sizes = new Map<Node, number>();
  const open = new Set<Node>();

  const sizeOf = (node: unknown, depth: number): number => {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined) refuse(node, `The alias *${node.source} has no anchor before it.`);
      if (open.has(target)) refuse(node, `The alias *${node.source} is inside its own anchor.`);
      return sizes.get(target)!;
    }
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) return 1;
    if (depth > yamlLimits.depth) {
      refuse(node, `The YAML is nested too deeply: at most ${yamlLimits.depth} levels.`);
    }
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    open.add(node);
    let size = 1;
    if (isMap(node)) {
      const keys = new Set<string>();
      for (const { key, value } of node.items) {
        if (isScalar(key)) {
          const name = String(key.value);
          if (name === '__proto__') refuse(key, '"__proto__" is not allowed as a key.');
          if (keys.has(name)) noteRepeatedKey(key, `The key "${name}" is used twice here.`);
          if (!isMergeKey(key.value)) keys.add(name);
        }
        size += sizeOf(key, depth + 1) + sizeOf(value, depth + 1);
      }
    } else if (isSeq(node)) {
      for (const item of node.items) size += sizeOf(item, depth + 1);
    }
    open.delete(node);
    if (size > yamlLimits.nodes) {
      refuse(node, tooComplex);
    }
    sizes.set(node, size);
    return size;
  };
  sizeOf(document.contents, 0);
}

/** Offset of the key at a path; of the value if the last step is a list index; of the parent if it is missing. */
function locate(document: Document.Parsed, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = firstOffset(node) ?? 0;
  for (const step of path) {
    const parent = isAlias(node) ? node.resolve(document) : node;
    if (isSeq(parent) && typeof step === 'number') {
      node = parent.items[step];
      offset = firstOffset(node) ?? offset;
    } else if (isMap(parent)) {
      const pair = findPair(document, parent, String(step));
      if (pair === undefined) return offset;
      offset = firstOffset(pair.key) ?? offset;
      node = pair.value;
    } else {
      return offset;
    }
  }
  return offset;
}

function firstOffset(node: unknown): number | undefined {
  return (node as { range?: [number, number, number] } | null | undefined)?.range?.[0];
}

/** The library returns merge keys as a symbol or as written, depending on their notation. */
function isMergeKey(value: unknown): boolean {
  return typeof value === 'symbol' || value === '<<';
}

/** The pair of a key, including keys that a merge key brings in. */
function findPair(document: Document.Parsed, map: unknown, key: string): Pair | undefined {
  if (!isMap(map)) return undefined;
  const own = map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
  if (own !== undefined) return own;
  for (const pair of map.items) {
    if (!isScalar(pair.key) || !isMergeKey(pair.key.value)) continue;
    const merged = isAlias(pair.value) ? pair.value.resolve(document) : pair.value;
    const sources: unknown[] = isSeq(merged) ? merged.items : [merged];
    for (const source of sources) {
      const found = findPair(document, isAlias(source) ? source.resolve(document) : source, key);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
