/** A release of thousands of runs, reported many at a time: the images are few, the runs are not. */

import { alignmentOf } from '../../support/aligned.ts';
import type { DepictedClient } from '../../../src/client/index.ts';
import { comparePngs } from '../../support/sample-compare.ts';
import { sampleImages, seedRelease, type SeededRelease } from './seed.ts';

export interface ManyRuns {
  /** Runs that differ from the baseline. */
  differences: number;
  same: number;
  /** Not captured yet; there is no worker. */
  waiting?: number;
  failed?: number;
  nameOf?: (index: number) => string;
  /** False: more may come. */
  done?: boolean;
}

const atOnce = 16;

/** Differences come first by name, `/products/00001` and so on; every tenth changed in other places than the rest. */
export async function seedMany(
  client: DepictedClient,
  buildId: number,
  name: string,
  many: ManyRuns,
): Promise<SeededRelease> {
  const { before, after, other } = await sampleImages();
  const upload = async (bytes: Buffer, fileName: string) =>
    (await client.upload({ buildId, content: new Uint8Array(bytes), fileName })).sha1sum;
  const [beforeId, afterId, otherId] = await Promise.all(
    [before, after, other].map((bytes) => upload(bytes, 'page.png')),
  );
  const compared = await Promise.all([comparePngs(before, after), comparePngs(before, other)]);
  const masks = await Promise.all(compared.map(({ mask }) => upload(mask, 'diff.png')));
  const release = await seedRelease(client, { buildId, name, runs: [], done: false });
  const { releaseName, releaseNumber } = release;
  const nameOf = many.nameOf ?? ((index) => `/products/${String(index + 1).padStart(5, '0')}`);
  const total = many.differences + many.same + (many.waiting ?? 0) + (many.failed ?? 0);

  const report = async (index: number) => {
    const run = { buildId, releaseName, releaseNumber, runName: nameOf(index) };
    const url = `https://shop.example${encodeURI(`/${index}`)}`;
    if (index < many.differences) {
      const kind = index % 10 === 9 ? 1 : 0;
      const { canvas, changedPixels, regions, distortion } = compared[kind];
      await client.reportRun({
        ...run,
        url,
        image: kind === 1 ? otherId! : afterId!,
        refImage: beforeId!,
        refUrl: url,
        diffImage: masks[kind]!,
        distortion,
        comparison: {
          changedPixels,
          diffRatio: changedPixels / (canvas.width * canvas.height),
          regions,
          regionCount: regions.length,
          canvas,
          metric: { name: 'dpxdt', version: 1 },
          ...alignmentOf(compared[kind]),
        },
      });
    } else if (index < many.differences + many.same) {
      await client.reportRun({ ...run, url, image: beforeId!, refImage: beforeId!, refUrl: url });
    } else if (index < many.differences + many.same + (many.waiting ?? 0)) {
      await client.requestRun({ ...run, url });
    } else {
      const message = 'The page returned status 500.';
      const failure = { reason: 'http_status', message, http_status: 500 };
      await client.reportRun({ ...run, url, runFailed: message, failure });
    }
  };
  const indexes = Array.from({ length: total }, (_, index) => index).values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const index of indexes) await report(index);
    }),
  );
  if (many.done !== false) await client.runsDone({ buildId, releaseName, releaseNumber });
  return release;
}
