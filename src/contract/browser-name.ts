import { z } from 'zod';
import { browserNames } from '../domain/capture/capture-config.ts';

export const browser = z.enum(browserNames, { error: ({ input }) => browserProblem(input) });

/** Names of browsers that people try, and the browser to take instead. */
const otherBrowsers: Record<string, string> = {
  webkit:
    'is not supported: there is no WebKit that a server can capture with. Capture in "chromium" and "firefox", and look at the page in Safari yourself',
  safari:
    'is not supported: it runs on Apple\'s systems only. Capture in "chromium" and "firefox", and look at the page in Safari yourself',
  chrome: 'is not a name here: "chromium" captures in Chrome, too',
  edge: 'is not a name here: "chromium" captures in Edge, too',
  msedge: 'is not a name here: "chromium" captures in Edge, too',
};

function browserProblem(input: unknown): string {
  const other = typeof input === 'string' ? otherBrowsers[input.toLowerCase()] : undefined;
  return other === undefined ? 'it must be "chromium" or "firefox"' : `${JSON.stringify(input)} ${other}`;
}
