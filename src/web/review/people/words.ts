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
  admin: 'Decides, and looks after settings, keys and people.',
  reviewer: 'Looks and decides.',
  viewer: 'Looks.',
} as const;
