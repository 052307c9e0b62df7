const words: Readonly<Record<string, string>> = {
  password: 'Password',
  google: 'Google',
  oidc: 'Single sign-on',
};

/** Display name of a sign-in method. */
export function methodWords(method: string): string {
  return words[method] ?? method;
}

export const roleWords = {
  admin: 'Admin',
  reviewer: 'Reviewer',
  viewer: 'Viewer',
} as const;

export const roleHints = {
  admin: 'reviews, and manages settings, keys and people.',
  reviewer: 'views everything and reviews.',
  viewer: 'views everything, but cannot review.',
} as const;
