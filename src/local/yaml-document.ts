/** One YAML text: parsed with limits that no alias bomb passes, and able to say where a value stands. */

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
  /** Plain data; a value that several aliases share is one object. */
  value: unknown;
  /** Where the key (or list item) at a path stands; where it is missing, its nearest parent. */
  locate(path: readonly PropertyKey[]): Position;
  /** Whether the value of a top-level key carries an anchor. */
  isAnchored(key: string): boolean;
}

/**
 * Parses YAML 1.2 with merge keys.
 *
 * @param name how the file is called in messages
 * @throws AppError `config_invalid` with `name:line:column` in front
 */
export function parseYaml(text: string, name: string): YamlDocument {
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
      // The library compares every key with every other; `checkSize` does it with a set.
      uniqueKeys: false,
      lineCounter: lines,
      prettyErrors: false,
      keepSourceTokens: false,
    });
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem !== undefined) fail(name, at(problem.pos[0]), sentence(problem.message));
    checkSize(document, (node, message) => fail(name, at(node.range?.[0] ?? 0), message));
    return {
      value: document.toJS({ maxAliasCount: yamlLimits.aliases }) as unknown,
      locate: (path) => at(locate(document, path)),
      isAnchored: (key) => {
        const pair = isMap(document.contents) ? findPair(document, document.contents, key) : undefined;
        return pair !== undefined && hasAnchor(pair.value);
      },
    };
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof RangeError) fail(name, { line: 1, column: 1 }, 'The YAML is nested too deeply.');
    const message = error instanceof Error ? error.message : String(error);
    fail(name, { line: 1, column: 1 }, sentence(message));
  }
}

/** Where an offset is, before the parser has counted the lines. */
function positionIn(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

function fail(name: string, { line, column }: Position, message: string): never {
  throw new AppError('config_invalid', `${name}:${line}:${column}: ${message}`);
}

function sentence(message: string): string {
  const text = message.trim().split('\n')[0]!.replace(/:$/, '');
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function hasAnchor(value: unknown): boolean {
  return (isMap(value) || isSeq(value) || isScalar(value)) && value.anchor !== undefined;
}

/**
 * A look at the tokens, before anything is built of them: the parser's time grows faster than the text where a text is
 * all indicators.
 */
function checkTokens(text: string, refuse: (offset: number, message: string) => never): void {
  let offset = 0;
  let flowDepth = 0;
  /** Block indicators in a row on one line: each stands inside the one before. */
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
    // Marks of the lexer itself (document, scalar, end of flow) stand for no text.
    if (!/^[\u0002\u0018\u001f]/.test(token)) offset += token.length;
  }
}

/**
 * Counts what the document would be with every alias expanded, before anything is expanded: each anchored node is
 * counted once and remembered, so the count itself is linear.
 */
function checkSize(document: Document.Parsed, refuse: (node: Node, message: string) => never): void {
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
          if (keys.has(name)) refuse(key, `The key "${name}" is used twice here.`);
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

/** The offset of the key at a path, of the value where the last step is a list index, of the parent where missing. */
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

/** The library gives merge keys as a symbol or as they are written, depending on how they are written. */
function isMergeKey(value: unknown): boolean {
  return typeof value === 'symbol' || value === '<<';
}

/** The pair of a key, also where a merge key brought it in. */
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
