/**
 * Uses of words that `docs/glossary.md` bans, and why they remain. Each must be needed: `glossary.test.ts` fails on one
 * that exempts nothing.
 */
export interface Exception {
  /** As in the glossary; `*` for all. */
  word: string;
  /** A file, or a folder with a slash at its end. */
  path: string;
  /** The whole name, or a phrase of a text with the word in it; without it every use below `path`. */
  within?: string;
  reason: string;
}

const resultsKey = 'a key of results.json';
const payloadKey = "a key of the original's task payload";
const kindOfDocument = 'a kind of document, such as the API reference';
const releaseOperation = "the original's operation release, and the SDK method of that name";
const storedNote = "the note that a canceled job leaves, as the original's tools write it";
const sql = 'the SQL keyword';
const nameKey = 'the wire name of what a change of an element consists of';
const detailsKey = 'the wire name of details';
const ofTheStatus = 'what the status of a run is computed from';
const ofAChange = 'the wire name of what differs about an element';
const column = 'a column or table of the database';

const yamlKey = 'a key of the YAML of the local tool, and its flag';

export const exceptions: readonly Exception[] = [
  { word: '*', path: 'docs/glossary.md', reason: 'it lists the words' },
  { word: '*', path: 'docs/adr/', reason: 'records are history and are not rewritten' },
  { word: 'references', path: 'src/contract/files/local/', within: 'references', reason: yamlKey },
  {
    word: 'references',
    path: 'src/config/local-settings.ts',
    within: '--references <rule>',
    reason: yamlKey,
  },
  { word: 'facts', path: 'src/contract/alignment.ts', within: 'facts', reason: nameKey },
  { word: 'facts', path: 'src/domain/comparison/alignment.ts', within: 'facts', reason: nameKey },
  { word: 'fact', path: 'src/domain/comparison/alignment.ts', within: 'ChangeFact', reason: nameKey },
  { word: 'facts', path: 'src/domain/dom/', within: 'facts', reason: nameKey },
  { word: 'facts', path: 'src/domain/changes/', within: 'facts', reason: nameKey },
  { word: 'fact', path: 'src/domain/dom/', within: 'ChangeFact', reason: nameKey },

  {
    word: 'reference',
    path: 'src/adapters/firefox/firefox-page.ts',
    within: 'referenceContext',
    reason: 'a parameter of WebDriver BiDi',
  },
  {
    word: 'pictures',
    path: 'src/contract/addresses.ts',
    within: '/pictures/',
    reason: 'an address of the API',
  },

  { word: 'reference', path: 'src/', within: 'reference', reason: resultsKey },
  { word: 'reference', path: 'test/', within: 'reference', reason: resultsKey },
  { word: 'references', path: 'src/', within: 'unusedReferences', reason: resultsKey },
  { word: 'references', path: 'test/', within: 'unusedReferences', reason: resultsKey },
  {
    word: 'references',
    path: 'src/local/',
    within: '.dpxdt-references.json',
    reason: 'the name of a file that people who switch look for',
  },
  { word: 'reference', path: 'src/', within: 'reference_sha1sum', reason: payloadKey },
  { word: 'reference', path: 'test/', within: 'reference_sha1sum', reason: payloadKey },
  {
    word: 'reference',
    path: 'src/web/kit/failure-words.ts',
    within: 'reference_missing',
    reason: resultsKey,
  },
  { word: 'references', path: 'src/adapters/database/migrations/', reason: sql },
  { word: 'reference', path: 'src/http/openapi/', reason: kindOfDocument },
  {
    word: 'reference',
    path: 'src/http/pages/web-files.ts',
    within: '/api/reference',
    reason: kindOfDocument,
  },
  { word: 'reference', path: 'src/web/review/frame/', within: '/api/reference', reason: kindOfDocument },
  { word: 'reference', path: 'CONTRIBUTING.md', within: 'reference lists', reason: kindOfDocument },
  { word: 'reference', path: 'docs/README.md', within: '**reference** lists', reason: kindOfDocument },
  { word: 'reference', path: 'docs/README.md', within: '## Reference', reason: kindOfDocument },
  { word: 'reference', path: 'docs/dependencies.md', within: 'reference implementation', reason: 'an idiom' },
  {
    word: 'reference',
    path: 'bench/local/contestants.ts',
    within: 'bitmaps_reference',
    reason: "BackstopJS's folder",
  },

  { word: 'facts', path: 'src/', within: 'factsVersion', reason: ofTheStatus },
  { word: 'facts', path: 'test/', within: 'factsVersion', reason: ofTheStatus },
  { word: 'facts', path: 'src/', within: 'facts_version', reason: ofTheStatus },
  { word: 'facts', path: 'src/', within: 'factsOf', reason: ofTheStatus },
  { word: 'facts', path: 'test/', within: 'factsOf', reason: ofTheStatus },
  { word: 'facts', path: 'src/domain/runs/', reason: ofTheStatus },
  { word: 'facts', path: 'src/domain/comparison/', within: 'facts', reason: ofAChange },
  { word: 'fact', path: 'src/domain/comparison/alignment.ts', within: 'ChangeFact', reason: ofAChange },
  { word: 'facts', path: 'src/contract/alignment.ts', within: 'facts', reason: ofAChange },
  { word: 'facts', path: 'src/web/kit/gallery/', within: 'facts', reason: ofAChange },
  { word: 'facts', path: 'bench/', within: 'factsVersion', reason: ofTheStatus },
  { word: 'facts', path: 'src/contract/v1/run-changes.ts', within: 'facts', reason: ofAChange },
  { word: 'facts', path: 'src/contract/v1/shapes.ts', within: 'facts', reason: detailsKey },
  { word: 'facts', path: 'src/http/v1/views.ts', within: 'facts', reason: detailsKey },
  { word: 'facts', path: 'src/tools/read-result.ts', within: 'facts', reason: detailsKey },
  { word: 'facts', path: 'src/web/review/', within: 'facts', reason: detailsKey },
  { word: 'facts', path: 'test/', within: 'facts', reason: detailsKey },
  { word: 'facts', path: 'src/adapters/database/', within: 'capture_facts', reason: column },
  { word: 'facts', path: 'src/adapters/database/', within: 'ref_capture_facts', reason: column },
  { word: 'facts', path: 'src/adapters/database/', within: 'server_facts', reason: column },
  { word: 'facts', path: 'src/adapters/database/migrations/', reason: 'migrations are history' },

  { word: 'pdiff', path: 'src/', within: 'run-pdiff', reason: "the original's queue" },

  { word: 'differ', path: 'test/golden/should-differ/', reason: 'the verb' },
  { word: 'differ', path: 'src/image/ignored.ts', within: 'differInLowBytes', reason: 'the verb' },

  { word: 'release task', path: 'src/contract/', within: 'releaseTask', reason: releaseOperation },
  { word: 'release task', path: 'src/http/original/', within: 'serveReleaseTask', reason: releaseOperation },
  { word: 'release task', path: 'src/http/original/', within: 'releaseTask', reason: releaseOperation },
  {
    word: 'release task',
    path: 'src/worker/http-task-server.ts',
    within: 'releaseTask',
    reason: releaseOperation,
  },
  { word: 'release task', path: 'test/api/', within: 'releaseTask', reason: releaseOperation },

  { word: 'cancelled', path: 'src/', within: 'cancelled by the client', reason: storedNote },

  {
    word: 'nobody',
    path: 'src/adapters/browser/privileges.ts',
    within: '`nobody`',
    reason: 'a user of Linux',
  },
  {
    word: 'nobody',
    path: 'src/adapters/browser/privileges.ts',
    within: 'nobody:',
    reason: 'a user of Linux',
  },
  {
    word: 'nobody',
    path: 'src/tools/git/test-merge.ts',
    within: 'nobody@nowhere',
    reason: "Jenkins' git user",
  },
  {
    word: 'nobody',
    path: 'src/tools/ci/systems/jenkins.ts',
    within: 'nobody@nowhere',
    reason: 'its git user',
  },
  { word: 'nobody', path: 'src/tools/git/test-merge.ts', within: '"nobody"', reason: "Jenkins' git user" },

  { word: 'colour', path: 'test/golden/', within: '# one-step-colour', reason: 'the name of a pair' },
  { word: 'colours', path: 'test/golden/', within: '# hidden-colours', reason: 'the name of a pair' },
  { word: 'grey', path: 'test/golden/', within: '# grey', reason: 'the name of a pair' },
];
