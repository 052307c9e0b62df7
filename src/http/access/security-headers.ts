/** Response headers. Served content cannot run script here, be framed, or be read by other sites. */

/** For every answer. */
export const commonHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  // Cacheable answers override this.
  'cache-control': 'no-store',
};

/** For our own pages: no inline script, no external resources. */
export const pageContentSecurityPolicy =
  "default-src 'none'; style-src 'self'; img-src 'self' blob: data:; script-src 'self'; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** For the UI's script files: a worker uses the policy of its own file, and the live worker connects to this server. */
export const scriptContentSecurityPolicy =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** For uploaded bytes. */
export const artifactContentSecurityPolicy =
  "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** For the dummy pages: inline styles only. */
export const dummyContentSecurityPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
