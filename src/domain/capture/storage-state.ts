/** Cookies and local storage as Playwright's `storageState` writes them. */

export interface StoredCookie {
  name: string;
  value: string;
  domain: string;
  path: string;
  /** Epoch seconds; -1: until the browser ends. */
  expires?: number;
  httpOnly?: boolean;
  secure?: boolean;
  sameSite?: 'Strict' | 'Lax' | 'None';
}

export interface StorageState {
  cookies: StoredCookie[];
  origins: { origin: string; localStorage: { name: string; value: string }[] }[];
}
