import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleReport, sampleResult } from '../../test/support/sample-local-report.ts';
import type { LocalReport, LocalTestResult, ReportImage } from '../contract/files/local-report.ts';
import { jsonForHtml, writeHtmlReport } from './html-report.ts';

const template =
  '<html><head><script type="module">let a = "$&"</script></head><body><main></main><script type="application/json" id="dpxdt-report">null</script></body></html>';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dpxdt-html-'));
  await mkdir(join(folder, 'images'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function image(name: string, bytes: Buffer): Promise<ReportImage> {
  await writeFile(join(folder, 'images', name), bytes);
  return {
    path: `images/${name}`,
    sha1sum: createHash('sha1').update(bytes).digest('hex'),
    width: 1,
    height: 1,
  };
}

async function write(
  tests: LocalTestResult[],
  embedBytes: number,
): Promise<{ html: string; data: LocalReport }> {
  const path = join(folder, 'index.html');
  await writeHtmlReport(path, template, sampleReport(tests), folder, embedBytes);
  const html = await readFile(path, 'utf8');
  const json = /<script type="application\/json" id="dpxdt-report">(.*?)<\/script>/s.exec(html)![1]!;
  return { html, data: JSON.parse(json) as LocalReport };
}

function embedded(html: string, { embedded: id }: ReportImage): Buffer {
  const found = new RegExp(`<script type="text/plain" id="${id}">([^<]*)</script>`).exec(html);
  return Buffer.from(found![1]!, 'base64');
}

describe('writeHtmlReport', () => {
  it('embeds data and images before the end of the body', async () => {
    // Larger than what is read at a time, and no multiple of 3.
    const bytes = Buffer.from(Array.from({ length: 400_001 }, (_, index) => (index * 7) % 256));
    const before = await image('a.ref.png', Buffer.from('before'));
    const after = await image('a.run.png', bytes);
    const { html, data } = await write([sampleResult({ state: 'differs', before, after })], 1e6);
    expect(html.startsWith(template.slice(0, 80))).toBe(true);
    expect(html.endsWith('</script>\n</body></html>')).toBe(true);
    const [test] = data.tests;
    expect(embedded(html, test!.after!).equals(bytes)).toBe(true);
    expect(embedded(html, test!.before!).toString()).toBe('before');
    expect(test!.after!.path).toBe('images/a.run.png');
  });

  it('cannot be left by hostile text', async () => {
    const name = '</script><script>alert(1)</script><!--\u2028';
    const { html, data } = await write([sampleResult({ name, log: '</body>' })], 0);
    expect(data.tests[0]!.name).toBe(name);
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/body>/g)).toHaveLength(1);
    expect(jsonForHtml('<\u2028\u2029')).toBe('"\\u003c\\u2028\\u2029"');
  });

  it('spends its budget on differences first, and embeds equal images once', async () => {
    const same = await image('s.run.png', Buffer.alloc(30, 1));
    const failed = await image('f.ref.png', Buffer.alloc(30, 2));
    const before = await image('d.ref.png', Buffer.alloc(30, 3));
    const after = await image('d.run.png', Buffer.alloc(30, 4));
    const tests = [
      sampleResult({ name: 's', before: same, after: same }),
      sampleResult({ name: 'f', state: 'failed', before: failed }),
      sampleResult({ name: 'd', state: 'differs', before, after }),
      sampleResult({ name: 'd2', state: 'differs', before, after }),
    ];
    const namesWithin = async (budget: number): Promise<string[]> => {
      const { data } = await write(tests, budget);
      return data.tests
        .filter((test) => (test.after ?? test.before)?.embedded !== undefined)
        .map((test) => test.name);
    };
    expect(await namesWithin(65)).toEqual(['d', 'd2']);
    expect(await namesWithin(95)).toEqual(['f', 'd', 'd2']);
    expect(await namesWithin(125)).toEqual(['f', 'd', 'd2']);
    expect(await namesWithin(180)).toEqual(['s', 'f', 'd', 'd2']);
  });

  it('refuses a page without exactly one place for the data', async () => {
    const path = join(folder, 'index.html');
    await expect(writeHtmlReport(path, '<body></body>', sampleReport([]), folder, 0)).rejects.toThrow(
      'one place',
    );
  });
});
