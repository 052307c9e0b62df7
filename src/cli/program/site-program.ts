/** The commands for whole sites, their flags and their help. */

import { Option, type Command } from 'commander';
import { crawlDefaults } from '../../tools/crawler/crawl-types.ts';
import { withCaptureOptions } from '../options/capture-flags.ts';
import type { ServeOptions } from '../commands/serve.ts';
import type { SiteDiffOptions } from '../commands/site-diff.ts';
import type { Perform } from './perform.ts';
import { releaseHelp, withReleaseOptions } from '../options/release-options.ts';

export function addSiteCommands(program: Command, perform: Perform): void {
  addSiteDiff(program, perform);
  addServe(program, perform);
}

const list = (value: string, all: string[] = []): string[] => [...all, value];

/** Flags for what the crawl finds and how it sends requests. */
export function withCrawlOptions(command: Command): Command {
  const { crawlDepth, maxPages, maxMs, concurrency, requestsPerSecond } = crawlDefaults;
  return command
    .option(
      '--crawl-depth <n>',
      `how many links to follow from the start; 0: only the start, -1: no limit (default: ${crawlDepth})`,
    )
    .option(
      '--ignore-prefixes <list>',
      'skip addresses that begin with one of these; separate them with spaces; a path starts at the host',
    )
    .option('--keep-query-string', 'treat addresses with different queries as different pages')
    .addOption(new Option('--no-keep-query-string').hideHelp())
    .option(
      '--include <glob>',
      'capture only pages whose path matches; links are still followed on all pages. Repeatable',
      list,
    )
    .option('--exclude <glob>', 'skip pages whose path matches entirely. Repeatable', list)
    .option(
      '--sitemap <url|file>',
      'also read pages from a sitemap: XML, an index or a plain list, optionally compressed. Repeatable',
      list,
    )
    .option('--ignore-robots', 'also crawl pages that robots.txt forbids')
    .option('--max-pages <n>', `maximum number of pages to read (default: ${maxPages})`)
    .option('--max-time <s>', `maximum crawl time in seconds (default: ${maxMs / 1_000})`)
    .option('--concurrency <n>', `concurrent requests (default: ${concurrency})`)
    .option(
      '--rate <n>',
      `requests per second (default: ${requestsPerSecond}; unlimited for sites on this machine)`,
    );
}

function addSiteDiff(program: Command, perform: Perform): void {
  const command = program
    .command('site-diff')
    .description('Crawl a site, capture every page, and compare each with its baseline.')
    .argument('<url>', 'start address; pages whose address begins with it belong to the site')
    .option('--list-pages', 'print the pages to capture and stop; needs no server')
    .option('--forget-missing', 'leave out baseline pages that the crawl no longer finds');
  withReleaseOptions(withCaptureOptions(withCrawlOptions(command)))
    .action(async (url: string, options: SiteDiffOptions) => {
      const { siteDiffCommand } = await import('../commands/site-diff.ts');
      await perform(command, (context) => siteDiffCommand(context, url, options));
    })
    .addHelpText(
      'after',
      `
In globs * is anything but a slash, ** anything, ? one character: --exclude '/calendar/**'.
${releaseHelp}

Examples:
  dpxdt site-diff --upload-build-id 1 --crawl-depth 1 http://www.example.com/my/website/here
  dpxdt site-diff --upload-build-id 1 --wait --sitemap https://example.com/sitemap.xml https://example.com/
  dpxdt site-diff --list-pages http://localhost:8000/
  dpxdt site-diff --upload-build-id 1 --exclude '/calendar/**' --max-pages 200 http://localhost:8000/`,
    );
}

function addServe(program: Command, perform: Perform): void {
  program
    .command('serve')
    .description('Serve a folder as a website to capture.')
    .argument('[dir]', 'folder to serve', '.')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addOption(new Option('--port <n>', 'port to listen on; 0: any free port').default('8000', '8000'))
    .option('--json', 'print the address as one line of JSON; human-readable output goes to stderr')
    .action(async (folder: string, options: ServeOptions, command: Command) => {
      const { serveCommand } = await import('../commands/serve.ts');
      await perform(command, (context) => serveCommand(context, folder, options), {
        runsUntilInterrupted: true,
      });
    })
    .addHelpText(
      'after',
      `
A folder shows its index.html, or a list of its contents. Dotfiles, and symbolic links that lead out
of the folder, are not served. Bound to loopback, it answers to localhost only.

Examples:
  dpxdt serve
  dpxdt serve public --port 0 --json`,
    );
}
