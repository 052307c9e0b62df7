/** A whole SHA-1 or SHA-256 of git. */
const wholeHash = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** Bitbucket says 12 digits; fewer than 10 are no commit that one could rely on. */
const someHash = /^[0-9a-f]{10,64}$/;

/** The text as a commit, in lower case; null where it is none, such as the word HEAD. At least 10 digits. */
export function commitHash(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const hash = value.trim().toLowerCase();
  return someHash.test(hash) ? hash : null;
}

export function isWholeHash(text: string): boolean {
  return wholeHash.test(text);
}
