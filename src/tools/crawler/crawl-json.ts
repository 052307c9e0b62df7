import type { CrawlReport } from './crawl-types.ts';

/** The crawl as a part of a tool's JSON; keys in camelCase. */
export function crawlToJson(report: CrawlReport) {
  const { start, pages, failed, skipped, skippedCounts, cutShort, notices, requests, durationMs } = report;
  return {
    start,
    pages: pages.length,
    failed: failed.map(({ url, runName, foundOn, reason, message, status }) => ({
      url,
      runName,
      foundOn,
      reason,
      message,
      status,
    })),
    skipped,
    skippedCounts,
    cutShort,
    notices,
    requests,
    durationMs,
  };
}
