import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localConfigKeys } from '../../src/contract/files/local/misplaced-keys.ts';
import { generateDocs } from '../../scripts/gen-docs.ts';
import { parseSuite } from '../../src/local/read-files.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('generated pages', () => {
  it.each(Object.entries(generateDocs()))('%s is what "npm run docs" writes', (path, text) => {
    expect(read(path)).toBe(text);
  });
});

describe('docs/local.md', () => {
  it('shows only YAML that works', () => {
    const blocks = [...read('docs/local.md').matchAll(/^```yaml\n([^]*?)^```$/gm)].map((match) => match[1]!);
    expect(blocks.length).toBeGreaterThan(4);
    const options = { currentFolder: root, environment: { TOKEN: 'x' }, baseUrl: null };
    for (const block of blocks) {
      const { tests, sources } = parseSuite(block, 'docs/local.md', options);
      expect(tests.length + sources.length).toBeGreaterThan(0);
    }
  });

  it('names every key of the YAML', () => {
    const text = read('docs/local.md');
    const keys = new Set(Object.values(localConfigKeys).flat());
    expect([...keys].filter((key) => !text.includes(`\`${key}\``))).toEqual([]);
  });
});
