/** Generates `docs/tools.md`: the purpose of each tool, and its help text. */

interface Tool {
  name: string;
  text: string;
}

const introduction = `These commands create a release on a server (\`dpxdt server\`) and fit into a CI job. Each sends its runs, marks the release complete,
and prints the address of the results. With \`--wait\` it waits for all captures and comparisons, shows the differences, and exits with a
matching status. [ci.md](ci.md) has recipes for GitHub Actions and GitLab CI, environment variables, release names and exit statuses.

| you have | use |
| --- | --- |
| a site, and want to watch all of it | [site-diff](#site-diff) |
| two versions of it online at the same time | [pair-diff](#pair-diff) |
| screenshots that your tests take | [diff-my-images](#diff-my-images) |
| a list of pages that matter | [diff-my-urls](#diff-my-urls) |
| files, and need a server for them | [serve](#serve) |

In a git repository, [baselines follow git](baselines.md): the first release of main is accepted as it is, and a branch is compared with
main where it began. Without git, the first release has no baseline: the status is 4 (0 with \`--allow-no-baseline\`) until it is marked
good. What each run is compared with, and why, is printed and listed by \`--json\`. A page of the baseline that a release does not have is
missing: status 1, unless \`--subset\` says that only some pages are sent.`;

const tools: readonly Tool[] = [
  {
    name: 'site-diff',
    text: `Crawls a site, captures every page, and compares each with the page of that path in its [baseline](baselines.md). Captures start while the
crawl is still running.

**Scope.** A page belongs to the site if its address starts with the start address, as plain text: \`http://host/docs\` includes
\`http://host/docs2\` but not \`http://host/\`. Links come from the HTML (\`a\`, \`area\`, frames, refreshes), resolved as in a browser.
Links that scripts add later are not seen, so list such pages in a \`--sitemap\`. Fragments are dropped, and so are queries unless you
pass \`--keep-query-string\`; a link that differs from the start only in http or https uses the start's scheme. A redirect within the site
is followed, and the page is known by its final address; one that leads out of the site is reported and not followed. Anything but HTML
is skipped after its first bytes.

**Names.** A run is named by its path (and query, if kept), so that releases of different hosts can be compared. A path of more than 255
characters ends in a hash.

**Order and depth.** Pages are read breadth first and always in the same order, whichever answers first. \`--crawl-depth 0\` captures one page, 1
adds the pages it links to.

**Politeness.** The crawler obeys \`robots.txt\` (including \`Crawl-delay\`, up to 10 s), and prefers rules for \`dpxdt\` to those for everyone;
\`--ignore-robots\` is for your sites only. It makes at most 4 requests at a time and 10 a second; sites on this machine are not limited. A server
that answers 429 or 503 gets no requests for as long as it asks, and is tried three times.

**Limits.** \`--max-pages\` (1,000) and \`--max-time\` (600 s) end every trap: endless calendars, session ids in paths, growing paths. The
last message names the limit, the number of remaining addresses, and the pattern of most of them. An answer may take 30 s; of each page, 10 MiB
of HTML and 10,000 links are read. \`--exclude '/calendar/**'\` avoids a trap.

**Sitemaps.** \`--sitemap\` accepts a URL or a file: XML, an index, or a plain list of addresses, compressed or not. A sitemap for another
host, such as the public one for a copy on a staging host, is read as if it named this host. Its pages are added to those of the start
page.

**Unreadable pages** are listed. A page whose server fails (5xx, no answer) is requested anyway: the capture tries again, and the
release shows the failure. A dead link (4xx) is only listed, unless the baseline has that page.

**Vanished pages.** A page of the baseline that a crawl of the whole site no longer finds, or that \`--max-pages\` cut off, is captured
anyway, so that a broken menu does not end in "nothing differs". \`--forget-missing\` leaves such pages out, says how many, and makes the
release a subset: none of them is missing, and all keep their baselines. With a limited \`--crawl-depth\` they are left out and missing.

**Logins.** \`--http-username\` and \`--http-password\` are sent only to the origin of the start page, by the crawl and by the captures;
\`--cookies\` accepts a list as in the [capture config](capture.md). To trust private certificates, set Node's \`NODE_EXTRA_CA_CERTS\`.

\`--list-pages\` crawls and prints the pages; it needs no server.`,
  },
  {
    name: 'pair-diff',
    text: `Captures two live versions of a page together and compares them, for example staging with production before a sign-off. No baseline is
needed. The run is named by the path and query of the new page.

For many pairs, use \`--pairs FILE\` (two addresses per line), \`--paths FILE\` (paths below both addresses), or \`--crawl\`, which finds the
pages of the new version like [site-diff](#site-diff).`,
  },
  {
    name: 'diff-my-images',
    text: `Sends images that another program has made, and compares each with the image of the same name in its [baseline](baselines.md). Images that
the build already has are not sent again.

The file of \`--tests-json-path\` is JSON or YAML, with paths relative to the current folder:

\`\`\`json
[
  {
    "name": "My homepage",
    "run_failed": false,
    "image_path": "tests/testdata/JellyBean1920.png",
    "log_path": "tests/testdata/testlog1.txt",
    "url": "http://example.com/another/url/that/is/here"
  }
]
\`\`\`

A missing \`log_path\` is a warning; a missing \`image_path\`, or \`run_failed\`, makes the run fail. Without a file, \`--dir screenshots\`
takes every image below a folder and names it by its path; \`--playwright\` and \`--vitest\` take the images that those runners rendered for
failed tests, \`--cypress\` takes its screenshots. Images that are unchanged since they were committed to git are refused. For every key and
name, see [tool-files.md](tool-files.md).`,
  },
  {
    name: 'diff-my-urls',
    text: `Captures the pages that a file lists. With \`ref_url\`, a page is compared with that page, captured at the same time; without it, with the
run of its name in its [baseline](baselines.md). The file is JSON or YAML; \`run_config\` and \`ref_config\` are [capture configs](capture.md),
and \`ref_config\` defaults to \`run_config\`. \`viewports\` makes one run per size, named \`<name>@<width>x<height>\`, or
\`<name>@<viewport name>\`; other lists are [in the config](capture.md#several-captures-of-a-page):

\`\`\`yaml
- name: Home
  run_url: https://staging.example.com/
  ref_url: https://www.example.com/
  run_config: { injectCss: '.clock { visibility: hidden }' }
  viewports:
    - { width: 1280, height: 1024 }
    - { width: 390, height: 844, name: phone }
\`\`\`

For every key, see [tool-files.md](tool-files.md).`,
  },
  {
    name: 'serve',
    text: 'Serves a folder on this machine, so that you can capture a site that is only files, such as the output of a generator.',
  },
];

/**
 * @param notice that the page is generated
 * @param helpOf the help of a command by its name, as a block of Markdown
 */
export function toolsPage(notice: string, helpOf: (command: string) => string): string {
  const sections = tools.map(({ name, text }) => `## ${name}\n\n${text}\n\n${helpOf(name)}`);
  return `# Tools\n\n${notice}\n\n${introduction}\n\n${sections.join('\n\n')}\n`;
}
