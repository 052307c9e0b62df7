/** Headers of answers. What is served can never run script here, nor be framed, nor be read by other sites. */

/** Of every answer. */
export const commonHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  // What may be kept says so itself.
  'cache-control': 'no-store',
};

/** Of our own pages: no inline script, nothing from elsewhere. */
export const pageContentSecurityPolicy =
  "default-src 'none'; style-src 'self'; img-src 'self' blob: data:; script-src 'self'; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Of the UI's script files: a worker has the policy of its own file, and the one for live changes asks this server. */
export const scriptContentSecurityPolicy =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Of uploaded bytes. */
export const artifactContentSecurityPolicy =
  "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Of the dummy pages: a little style in the page itself, nothing else. */
export const dummyContentSecurityPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
