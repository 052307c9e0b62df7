/** What robots.txt allows (RFC 9309). */

import robotsParserModule from 'robots-parser';
import { AppError } from '../../base/errors.ts';
import { redirectTarget } from './page-reader.ts';
import type { SiteRequests } from './site-requests.ts';

/** The name that rules for this crawler are written for. */
const robotsName = 'dpxdt';

export interface RobotRules {
  allows(address: string): boolean;
  /** Wanted gap between requests, in seconds; null without one. */
  crawlDelaySeconds: number | null;
}

/** The package's function; its own types do not fit its module. */
const robotsParser = robotsParserModule as unknown as (
  url: string,
  text: string,
) => {
  isAllowed(url: string, robot: string): boolean | undefined;
  getCrawlDelay(robot: string): number | undefined;
};

const maxBytes = 500 * 1_024;
const maxRedirects = 5;

export const everythingAllowed: RobotRules = { allows: () => true, crawlDelaySeconds: null };

/**
 * The rules of an origin. Without a file everything is allowed.
 *
 * @throws AppError `unprocessable` when the server fails to say, since then nothing is allowed
 */
export async function readRobots(origin: string, requests: SiteRequests): Promise<RobotRules> {
  let url = new URL('/robots.txt', origin);
  for (let hops = 0; hops <= maxRedirects; hops++) {
    const { response, failure } = await requests.get(url);
    if (response === null) {
      throw new AppError('unprocessable', `${origin} could not be read: ${failure.message}`);
    }
    const target = redirectTarget(response, url);
    if (target !== null) {
      await response.body?.cancel();
      if (target.origin !== origin) return everythingAllowed;
      url = target;
      continue;
    }
    if (response.status >= 500 || response.status === 429) {
      await response.body?.cancel();
      throw cannotTell(url, `It returned status ${response.status}.`);
    }
    if (!response.ok) {
      await response.body?.cancel();
      return everythingAllowed;
    }
    return parseRobots(url, await readStart(response));
  }
  return everythingAllowed;
}

function parseRobots(url: URL, text: string): RobotRules {
  const rules = robotsParser(url.href, text);
  return {
    allows: (address) => rules.isAllowed(address, robotsName) ?? true,
    crawlDelaySeconds: rules.getCrawlDelay(robotsName) ?? null,
  };
}

/** What comes after the limit does not count. */
async function readStart(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
}

function cannotTell(url: URL, why: string): AppError {
  return new AppError(
    'unprocessable',
    `${url.href} could not be read, so nothing may be crawled: ${why} Use --ignore-robots to crawl anyway.`,
  );
}
