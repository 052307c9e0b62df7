import type { ForgeKind } from '../domain/forges/forge-kinds.ts';

/** What a call to a forge needs. */
export interface ForgeAccess {
  kind: ForgeKind;
  baseUrl: string;
  repository: string;
  /** GitHub's id of an App, whose private key is the token; null: the token is one. */
  appId: string | null;
  token: string;
}

export interface ForgeStatus {
  /** A commit's hash, or `pull/<number>`. */
  target: string;
  /** The state, in the forge's word. */
  word: string;
  /** At most 140 characters. */
  text: string;
  /** The page that it leads to. */
  url: string;
  /** Its name. */
  context: string;
  /** Identifies it where a name does not: at most 40 characters. */
  key: string;
  branch: string | null;
}

export interface ForgeTest {
  /** The forge's own id of the repository. */
  repositoryId: string;
  /** Rights that the token lacks, as the forge names them. */
  missing: string[];
  /** What could not be found out without posting; sentences. */
  remarks: string[];
}

/**
 * The forges. Every call may fail with a {@link ForgeProblem}; nothing else is thrown for what a forge, a network or a rule
 * of the operator does.
 */
export interface Forges {
  /** Whether the operator allows calls to an address. @returns a sentence if not */
  checkAddress(baseUrl: string): string | null;
  /** Sets the status, over an earlier one of the same name. */
  sendStatus(access: ForgeAccess, status: ForgeStatus): Promise<void>;
  /** The id of the newest comment that `isOwn` recognizes; null: there is none. */
  findComment(
    access: ForgeAccess,
    pullRequest: number,
    isOwn: (text: string) => boolean,
  ): Promise<string | null>;
  /** @returns its id */
  createComment(access: ForgeAccess, pullRequest: number, text: string): Promise<string>;
  updateComment(access: ForgeAccess, pullRequest: number, id: string, text: string): Promise<void>;
  /** Reads the repository, and posts nothing. */
  test(access: ForgeAccess): Promise<ForgeTest>;
}

/**
 * `later`: no answer, or one that says that it may work later. `token`: the forge does not know the token. `missing`: what
 * was named is not there, or not for this token. `refused`: it will not work like this. `no_commit`: the commit is no longer
 * there, which is no fault.
 */
export type ForgeProblemKind = 'later' | 'token' | 'missing' | 'refused' | 'no_commit';

export class ForgeProblem extends Error {
  override readonly name = 'ForgeProblem';
  readonly kind: ForgeProblemKind;
  /** When the forge wants to be called again; epoch milliseconds. */
  readonly retryAt: number | null;

  /** @param message one sentence, without secrets */
  constructor(kind: ForgeProblemKind, message: string, retryAt: number | null = null) {
    super(message);
    this.kind = kind;
    this.retryAt = retryAt;
  }
}
