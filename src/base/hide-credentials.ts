/** Hides user and password of every address in a text. */
export function hideCredentials(text: string): string {
  return text.replace(encoded, `$1${hidden}@`).replace(withSlash, `$1${hidden}@`);
}

export const hidden = '•••';

/** Messages say `user:password` where they explain how to write an address. */
const encoded = /([a-z][a-z0-9+.-]*:\/\/)(?!user:password@)[^\s/]+@/gi;
/** What follows the colon is no port, so it is a password that was not percent-encoded. */
const withSlash = /([a-z][a-z0-9+.-]*:\/\/)(?!user:password@)[^\s/:@]*:(?!\d+\/)[^\s@]+@/gi;
