/** `docs/tools.md`: what each tool is for, in words, and its own help. */

interface Tool {
  name: string;
  text: string;
}

const introduction = `Commands that make a release on a server (\`dpxdt server\`) and that a CI job can run as they are. Each sends its runs, says that
they are all, and prints where to look; with \`--wait\` it stays until everything is captured and compared, shows what differs,
and ends with a status that says it. Recipes for GitHub Actions and GitLab CI, environment variables, names of releases and
what each status means: [ci.md](ci.md).

| you have | use |
| --- | --- |
| a site, and want all of it watched | [site-diff](#site-diff) |
| two versions of it online at once | [pair-diff](#pair-diff) |
| images that your own tests take | [diff-my-images](#diff-my-images) |
| a list of pages that matter | [diff-my-urls](#diff-my-urls) |
| files, and need a server for them | [serve](#serve) |

The first release of a build has nothing to be compared with: the status is 4 until someone marks a release good, or with
\`--allow-no-baseline\` 0. From then on every page is compared with the newest good release that has a usable screenshot of it.`;

const tools: readonly Tool[] = [
  {
    name: 'site-diff',
    text: `Crawls a site, captures every page, and compares each with the page of that path in the newest good release. Captures begin
while the crawl goes on.

**What belongs to the site.** Every page whose address begins with the address of the start, as plain text: from
\`http://host/docs\` also \`http://host/docs2\`, not \`http://host/\`. Links come from the HTML (\`a\`, \`area\`, frames, a refresh),
resolved as a browser does it; what scripts draw later is not seen, so name such pages in a \`--sitemap\`. Fragments are
dropped, and queries too unless \`--keep-query-string\` is given; a link that differs from the start in http or https only is
taken with the start's. A redirect is followed inside the site, and the page is then known by where it ended; one that leads
out of the site is said and not followed. Anything but HTML is left out after its first bytes.

**Names.** A run is named by its path (and query, where kept), so that two releases from different hosts can be compared. A
path of more than 255 characters ends in a hash.

**Order and depth.** Breadth first, and in the same order whichever page answers first. \`--crawl-depth 0\` is the one page, 1
adds what it links to.

**Politeness.** \`robots.txt\` counts (also its \`Crawl-delay\`, up to 10 s), rules for \`dpxdt\` before those for everyone;
\`--ignore-robots\` is for sites of your own. At most 4 requests at a time and 10 a second, without limit on this machine.
What answers 429 or 503 is left alone as long as it asks, and tried three times.

**Limits.** \`--max-pages\` (1,000) and \`--max-time\` (600 s) end every trap: a calendar without end, session ids in paths, paths that
grow. The sentence at the end says which limit it was, how many addresses were left, and what most of them look like. One
answer has 30 s; of one page 10 MiB of HTML and 10,000 links are read. \`--exclude '/calendar/**'\` keeps out of a trap.

**Sitemaps.** \`--sitemap\` takes a URL or a file: XML, an index, a plain list of addresses, packed or not. One that names
another host, such as the public one for a copy on a staging host, is read as if it named this one. Its pages are read in
addition to the start's.

**Pages that cannot be read** are listed. A page that fails in its server (5xx, no answer) is asked for all the same: the
capture tries again, and the release shows the failure. A dead link (4xx) is only listed, unless the newest good release has
that page.

**Pages that vanish.** A page of the newest good release that a crawl of the whole site does not find any more is captured all
the same, so that a broken menu does not end in "nothing differs". \`--forget-missing\` leaves such pages out.

**Logins.** \`--http-username\` and \`--http-password\` go to the origin of the start only, for the crawl and for the captures;
\`--cookies\` takes a list as in the [capture config](capture.md). Certificates of your own are trusted through Node's
\`NODE_EXTRA_CA_CERTS\`.

\`--list-pages\` crawls and prints the pages; it needs no server.`,
  },
  {
    name: 'pair-diff',
    text: `Captures two live versions of a page at once and compares them: staging against production, with people who sign off. No
baseline is needed. The run is named by the path and query of the new page.

Many pairs come from \`--pairs FILE\` (two addresses a line), from \`--paths FILE\` (paths below both addresses), or from
\`--crawl\`, which finds the pages of the new version as [site-diff](#site-diff) does.`,
  },
  {
    name: 'diff-my-images',
    text: `Sends images that something else has made, each compared with the image of that name in the newest good release. Images
that the server knows by their digest are not sent again.

The file of \`--tests-json-path\` is JSON or YAML, with paths from the current folder:

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

A \`log_path\` that is missing is a warning; a missing \`image_path\`, or \`run_failed\`, makes that run a failed one. Without a
file: \`--dir shots\` takes every image below a folder and names it by its path, \`--playwright\` and
\`--vitest\` take what those runners rendered for tests that failed, \`--cypress\` takes its screenshots. Images that are as
committed to git are refused. Every key and name: [tool-files.md](tool-files.md).`,
  },
  {
    name: 'diff-my-urls',
    text: `Captures the pages that a file lists. With \`ref_url\` a page is compared with that one, captured at the same time; without, with
the run of its name in the newest good release. The file is JSON or YAML; \`run_config\` and \`ref_config\` are
[capture configs](capture.md), and \`ref_config\` defaults to \`run_config\`. \`viewports\` makes one run per size, named
\`<name>@<width>x<height>\` or by the viewport's own name:

\`\`\`yaml
- name: Home
  run_url: https://staging.example.com/
  ref_url: https://www.example.com/
  run_config: { injectCss: '.clock { visibility: hidden }' }
  viewports:
    - { width: 1280, height: 1024 }
    - { width: 390, height: 844, name: phone }
\`\`\`

Every key: [tool-files.md](tool-files.md).`,
  },
  {
    name: 'serve',
    text: 'Serves a folder on this machine: something to capture where the site is only files, such as the output of a generator.',
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
