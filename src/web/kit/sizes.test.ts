import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const web = join(import.meta.dirname, '..');
/** Lines and shadows may be as thin as a pixel; everything that holds text grows with it. */
const largestPx = 3;
const ownRules =
  /^\s*(border(-\w+)*|outline(-\w+)?|box-shadow|--dp-shadow|letter-spacing|text-underline-offset|filter):/;

test('sizes in style sheets are in rem', () => {
  const found = globSync('**/*.css', { cwd: web }).flatMap((file) =>
    readFileSync(join(web, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const isFixed = ownRules.test(line) || line.includes('(max-height: 480px)');
        const sizes = [...line.matchAll(/(?<![\w.-])-?([\d.]+)px/g)].map(([, size]) => Number(size));
        return isFixed || sizes.every((size) => size <= largestPx)
          ? []
          : [`${file}:${index + 1} ${line.trim()}`];
      }),
  );
  expect(found).toEqual([]);
});
