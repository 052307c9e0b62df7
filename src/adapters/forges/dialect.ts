import type { ForgeAccess, ForgeStatus } from '../../ports/forges.ts';

/** One call, relative to the root of the forge's API. */
export interface ForgeCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** Below {@link Dialect.root}, already encoded. */
  path: string;
  body?: object;
  /** Its answer is long. */
  isList?: true;
}

export interface FoundComment {
  id: string;
  text: string;
}

export interface Answer {
  status: number;
  /** Lower-case names. */
  header: (name: string) => string | null;
  /** Parsed; null if it is no JSON. */
  body: unknown;
}

/** What one forge understands: its paths, fields and refusals. */
export interface Dialect {
  /** Of the API. */
  root(access: ForgeAccess): string;
  /** What authorizes a call. */
  headers(token: string): Record<string, string>;
  status(access: ForgeAccess, status: ForgeStatus): ForgeCall;
  /** Null: it takes no comments. */
  comments: CommentDialect | null;
  /** Reads the repository. */
  repository(access: ForgeAccess): ForgeCall;
  /** Null: it is another kind of answer. */
  repositoryId(body: unknown): string | null;
  /** Rights that the answer about the repository says are missing. */
  missingRights(answer: Answer, access: ForgeAccess): string[];
  /** Further calls that only read: a refusal means that a right is missing. */
  probes(access: ForgeAccess, repository: unknown): { call: ForgeCall; right: string }[];
  /** What cannot be known without posting. */
  remarks: string[];
  /** A refusal that is none; undefined: the status decides. */
  judge?(answer: Answer, status: ForgeStatus | null): 'done' | 'no_commit' | 'later' | 'token' | undefined;
}

export interface CommentDialect {
  /** @param page from 1; null: there are no more */
  list(access: ForgeAccess, pullRequest: number, page: number): ForgeCall | null;
  read(body: unknown): FoundComment[];
  create(access: ForgeAccess, pullRequest: number, text: string): ForgeCall;
  /** The id of the comment that was created; null: it is another kind of answer. */
  createdId(body: unknown): string | null;
  update(access: ForgeAccess, pullRequest: number, id: string, text: string): ForgeCall;
}

/** Comments asked for at a time. */
export const commentsPerPage = 50;

/** A path of names, each encoded. */
export function pathOf(...parts: readonly (string | number)[]): string {
  return parts.map((part) => `/${encodeURIComponent(part)}`).join('');
}

export function field(body: unknown, ...names: readonly string[]): unknown {
  let value = body;
  for (const name of names) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** A text field; anything else is empty. */
export function textField(body: unknown, ...names: readonly string[]): string {
  const value = field(body, ...names);
  return typeof value === 'string' ? value : '';
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** An id as text. */
export function idOf(value: unknown): string | null {
  const isId = (typeof value === 'number' && Number.isSafeInteger(value)) || typeof value === 'string';
  return isId && String(value) !== '' ? String(value) : null;
}

/** Comments of which each has an id and a text. */
export function commentsOf(values: unknown, ...textAt: readonly string[]): FoundComment[] {
  return list(values).flatMap((value) => {
    const id = idOf(field(value, 'id'));
    const text = field(value, ...textAt);
    return id === null || typeof text !== 'string' ? [] : [{ id, text }];
  });
}
