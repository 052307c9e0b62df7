/** A full SHA-1 or SHA-256 commit hash. */
const wholeHash = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** Bitbucket gives 12 digits; fewer than 10 do not reliably identify a commit. */
const someHash = /^[0-9a-f]{10,64}$/;

/** The text as a commit of at least 10 digits, in lower case; null if it is not one, such as the word HEAD. */
export function commitHash(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const hash = value.trim().toLowerCase();
  return someHash.test(hash) ? hash : null;
}

export function isWholeHash(text: string): boolean {
  return wholeHash.test(text);
}
