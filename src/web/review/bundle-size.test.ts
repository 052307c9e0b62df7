import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Compressed JavaScript, in bytes. */
const maxShellBytes = 75_000;
const maxFirstLoadBytes = 130_000;

interface Chunk {
  file: string;
  isEntry?: boolean;
  isDynamicEntry?: boolean;
  imports?: string[];
}

const folder = process.env['DPXDT_WEB_FOLDER'] ?? join(import.meta.dirname, '..', '..', '..', 'build', 'web');
const chunks = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, Chunk>;

/** The files that a browser loads for some entries, with everything that they import. */
function filesOf(...names: string[]): Set<string> {
  const files = new Set<string>();
  const visit = (name: string) => {
    const { file, imports = [] } = chunks[name]!;
    if (!files.has(file)) {
      files.add(file);
      imports.forEach(visit);
    }
  };
  names.forEach(visit);
  return files;
}

function bytesOf(files: ReadonlySet<string>): number {
  return [...files]
    .filter((file) => file.endsWith('.js'))
    .reduce((sum, file) => sum + readFileSync(join(folder, `${file}.br`)).length, 0);
}

describe('compressed JavaScript of the review UI', () => {
  const pages = Object.keys(chunks).filter((name) => /^review\/.*-page\.tsx$/.test(name));

  it('of the shell is within its budget', () => {
    expect(bytesOf(filesOf('review.html'))).toBeLessThanOrEqual(maxShellBytes);
  });

  it('has no schema library in it', () => {
    const files = Object.values(chunks).map(({ file }) => file);
    const scripts = files.filter((file) => file.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(10);
    const heavy = scripts.filter((file) => readFileSync(join(folder, file), 'utf8').includes('ZodError'));
    expect(heavy).toEqual([]);
  });

  it('covers every page', () => {
    expect(pages).toContain('review/run/run-page.tsx');
    expect(pages.length).toBeGreaterThanOrEqual(17);
  });

  it.each(pages)('of a first load of %s is within its budget', (page) => {
    expect(bytesOf(filesOf('review.html', page))).toBeLessThanOrEqual(maxFirstLoadBytes);
  });
});
