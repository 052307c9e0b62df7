import { describe, expect, it } from 'vitest';
import { renamedPages } from './renames.ts';

/** `name=image` or `name=image/pixels`; `-` for none. */
function page(text: string) {
  const [name, digests] = text.split('=') as [string, string];
  const [image, pixels] = digests.split('/').map((digest) => (digest === '-' ? null : digest));
  return { name, image: image ?? null, pixelsSha256: pixels ?? null };
}

function renamed(missing: string[], added: string[]): string[] {
  const pages = added.map((text, index) => ({ ...page(text), runId: index + 1 }));
  const found = renamedPages(missing.map(page), pages);
  return [...found].map(([name, runId]) => `${name} > ${pages[runId - 1]!.name}`);
}

describe('renamedPages', () => {
  it('are those with one file, or with the same pixels in another file', () => {
    expect(renamed(['/a=1', '/b=2/p'], ['/x=2b/p', '/y=1/q', '/z=3'])).toEqual(['/a > /y', '/b > /x']);
  });

  it.each([
    ['two new pages look like the missing one', ['/a=1'], ['/x=1', '/y=1']],
    ['two missing pages look like the new one', ['/a=1', '/b=1'], ['/x=1']],
    ['as many of both look alike', ['/a=1', '/b=1'], ['/x=1', '/y=1']],
    ['one new page has the file, another the pixels', ['/a=1/p'], ['/x=1', '/y=2/p']],
    ['nothing is known of the image', ['/a=-', '/b=-/-'], ['/x=-', '/y=-/-']],
    ['the images differ', ['/a=1/p'], ['/x=2/q']],
  ])('are none where %s', (_why, missing, added) => {
    expect(renamed(missing, added)).toEqual([]);
  });

  it('are found beside others that stay apart', () => {
    expect(renamed(['/a=1', '/b=2', '/c=2'], ['/x=1', '/y=2'])).toEqual(['/a > /x']);
  });
});
