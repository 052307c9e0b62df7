/** The commands about whole sites, their flags and their help. */

import { Option, type Command } from 'commander';
import { crawlDefaults } from '../../tools/crawler/crawl-types.ts';
import { withCaptureOptions } from '../options/capture-options.ts';
import type { ServeOptions } from '../commands/serve.ts';
import type { SiteDiffOptions } from '../commands/site-diff.ts';
import type { Perform } from './perform.ts';
import { releaseHelp, withReleaseOptions } from '../options/release-options.ts';

export function addSiteCommands(program: Command, perform: Perform): void {
  addSiteDiff(program, perform);
  addServe(program, perform);
}

const list = (value: string, all: string[] = []): string[] => [...all, value];

/** Flags about what is found and how it is asked for. */
export function withCrawlOptions(command: Command): Command {
  const { crawlDepth, maxPages, maxMs, concurrency, requestsPerSecond } = crawlDefaults;
  return command
    .option(
      '--crawl-depth <n>',
      `how many links away from the start; 0: only the start, -1: as far as they go (default: ${crawlDepth})`,
    )
    .option(
      '--ignore-prefixes <list>',
      'addresses that begin with one of these are left out; with spaces between, a path counts from the host',
    )
    .option('--keep-query-string', 'addresses with different queries are different pages')
    .addOption(new Option('--no-keep-query-string').hideHelp())
    .option(
      '--include <glob>',
      'capture only pages whose path matches; all are read for links. Repeatable',
      list,
    )
    .option('--exclude <glob>', 'neither read nor capture pages whose path matches. Repeatable', list)
    .option(
      '--sitemap <url|file>',
      'also read the pages of a sitemap: XML, an index, a plain list, compressed or not. Repeatable',
      list,
    )
    .option('--ignore-robots', 'crawl what robots.txt forbids, too')
    .option('--max-pages <n>', `pages that are read at most (default: ${maxPages})`)
    .option('--max-time <s>', `seconds that the crawl may take (default: ${maxMs / 1_000})`)
    .option('--concurrency <n>', `requests at a time (default: ${concurrency})`)
    .option('--rate <n>', `requests a second (default: ${requestsPerSecond}; on this machine without limit)`);
}

function addSiteDiff(program: Command, perform: Perform): void {
  const command = program
    .command('site-diff')
    .description('Crawl a site, capture every page, and compare with the newest good release.')
    .argument('<url>', 'where to start; pages whose address begins with it belong to the site')
    .option('--list-pages', 'print the pages that would be captured and stop; needs no server')
    .option('--forget-missing', 'leave out pages of the baseline that the crawl does not find any more');
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
    .description('Serve a folder as a web site, to have something to capture.')
    .argument('[dir]', 'folder to serve', '.')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addOption(new Option('--port <n>', 'port to listen on; 0: any free one').default('8000', '8000'))
    .option('--json', 'print where it is as one line of JSON; words go to standard error')
    .action(async (folder: string, options: ServeOptions, command: Command) => {
      const { serveCommand } = await import('../commands/serve.ts');
      await perform(command, (context) => serveCommand(context, folder, options), {
        runsUntilInterrupted: true,
      });
    })
    .addHelpText(
      'after',
      `
A folder shows its index.html, or a list of what is in it. Files whose name begins with a dot, and links that lead out
of the folder, are not served. Bound to loopback it answers to localhost only.

Examples:
  dpxdt serve
  dpxdt serve public --port 0 --json`,
    );
}
