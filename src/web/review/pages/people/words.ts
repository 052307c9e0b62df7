const words: Readonly<Record<string, string>> = {
  password: 'Password',
  google: 'Google',
  oidc: 'Single sign-on',
};

/** How somebody signs in, for people. */
export function methodWords(method: string): string {
  return words[method] ?? method;
}

export const roleWords = {
  admin: 'Admin',
  reviewer: 'Reviewer',
  viewer: 'Viewer',
} as const;

export const roleHints = {
  admin: 'decides, and looks after settings, keys and people.',
  reviewer: 'looks at everything and decides.',
  viewer: 'looks at everything, decides nothing.',
} as const;
