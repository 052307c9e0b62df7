/**
 * Compares the engine's counts with pixelmatch's on random pairs and, given file names, on real ones. Prints every
 * disagreement and exits 1.
 *
 *   node bench/diff/agreement.ts [pairs=300] [before.png after.png …]
 */
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { readKernel } from '../../src/adapters/pixels/kernel-file.ts';
import { antialiasingOf } from '../../src/domain/comparison/comparison.ts';
import { compareImages } from '../../src/image/compare.ts';
import { Kernel } from '../../src/image/kernel/kernel.ts';
import { writePng } from '../../test/support/png-writer.ts';
import { loadPixelmatch } from './peer-pixelmatch.ts';
import { randomPair, seededRandom } from '../../test/support/random-pair.ts';

const { pixelmatch, version } = await loadPixelmatch();
const kernel = new Kernel(await readKernel());
const [pairs = '300', ...files] = process.argv.slice(2);
let checked = 0;
let disagreements = 0;
let changed = 0;
let antiAliased = 0;

async function check(name: string, before: Buffer, after: Buffer): Promise<void> {
  const [a, b] = await Promise.all([decode(before), decode(after)]);
  for (const threshold of [0, 0.05, 0.1, 0.5]) {
    for (const includeAA of [false, true]) {
      const ours = await compareImages(
        kernel,
        { bytes: before, label: 'before image' },
        { bytes: after, label: 'after image' },
        { settings: { threshold, antialiasing: antialiasingOf(includeAA) }, withMask: false },
      );
      const theirs = pixelmatch(a.data, b.data, undefined, a.info.width, a.info.height, {
        threshold,
        includeAA,
      });
      const settled = pixelmatch(a.data, b.data, undefined, a.info.width, a.info.height, {
        threshold,
        includeAA: true,
      });
      checked++;
      changed += theirs;
      antiAliased += settled - theirs;
      if (ours.changedPixels !== theirs || ours.antiAliasedPixels !== settled - theirs) {
        disagreements++;
        console.log(
          `${name} threshold ${threshold} includeAA ${includeAA}: changed ${ours.changedPixels}, pixelmatch ${theirs}; ` +
            `anti-aliased ${ours.antiAliasedPixels}, pixelmatch ${settled - theirs}`,
        );
      }
    }
  }
}

function decode(bytes: Buffer) {
  return sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
}

const random = seededRandom(20);
for (let i = 0; i < Number(pairs); i++) {
  const { before, after, kind } = randomPair(random);
  const filter = () => Math.floor(random() * 5);
  await check(`random pair ${i} (${kind})`, writePng(before, filter), writePng(after, filter));
}
for (let i = 0; i + 1 < files.length; i += 2) {
  await check(`${files[i]} ${files[i + 1]}`, readFileSync(files[i]!), readFileSync(files[i + 1]!));
}
console.log(
  `${checked} comparisons with ${changed} changed and ${antiAliased} anti-aliased pixels: ${disagreements} disagree with pixelmatch ${version}`,
);
process.exit(disagreements === 0 ? 0 : 1);
