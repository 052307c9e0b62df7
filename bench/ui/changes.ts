import { launchBrowser } from '../../test/ui/support/review-page.ts';
import { startReviewServer, type ReviewServer } from '../../test/ui/support/review-server.ts';
import { sampleImages, seedRelease, type SeededRelease } from '../../test/ui/support/seed.ts';
import { aligned } from '../../test/support/aligned.ts';
import { median } from '../machine.ts';
import { coldLoad } from './cold-load.ts';
import { table } from './figures.ts';

interface Plan {
  runs: number;
  rounds: number;
}

const atOnce = 16;
const shared = ['header', 'footer', 'nav'];

/** Markdown lines: a release whose runs all have the same five changes, and one where a fifth change differs in each. */
export async function measureChangesList({ runs, rounds }: Plan): Promise<string[]> {
  const browser = await launchBrowser();
  const server = await startReviewServer();
  try {
    const { build } = await server.client.createBuild({ name: 'Shop' });
    const kinds = [
      { name: 'same', what: 'five changes, each in every run', ownOf: () => ['logo', 'badge'] },
      {
        name: 'own',
        what: 'four changes in every run, and in each run one that no other has',
        ownOf: (run: number) => ['logo', `own ${run}`],
      },
    ];
    const figures = [];
    for (const { name, what, ownOf } of kinds) {
      const release = await seedChanges(server, build.id, { name, runs, ownOf });
      const loads: number[] = [];
      for (let round = 0; round < rounds; round++)
        loads.push(await coldLoad(browser, `${server.url}${release.address}&mode=changes`, '.change-row'));
      figures.push(
        { what: `${what}: cold load of the list, median`, value: median(loads), atMost: 1_000 },
        { what: `the same, worst of ${rounds}`, value: Math.max(...loads) },
      );
    }
    return table(figures);
  } finally {
    await browser.close();
    await server.close();
  }
}

async function seedChanges(
  { client }: ReviewServer,
  buildId: number,
  { name, runs, ownOf }: { name: string; runs: number; ownOf: (run: number) => string[] },
): Promise<SeededRelease> {
  const { before, after } = await sampleImages();
  const send = async (bytes: Buffer) =>
    (await client.upload({ buildId, content: new Uint8Array(bytes), fileName: 'page.png' })).sha1sum;
  const [refImage, image] = [await send(before), await send(after)];
  const release = await seedRelease(client, { buildId, name, runs: [], done: false });
  const { releaseName, releaseNumber } = release;
  const indexes = Array.from({ length: runs }, (_, index) => index).values();
  const report = async (index: number) => {
    const url = `https://shop.example/${index}`;
    const top = (index % 10) * 60;
    const words = [...shared, ...ownOf(index)].map((word, place) => (place < 3 ? word : { word, top }));
    await client.reportRun({
      ...{ buildId, releaseName, releaseNumber, runName: `/page-${String(index).padStart(5, '0')}` },
      ...{ url, image, refUrl: url, refImage, diffImage: image, distortion: 0.1 },
      comparison: aligned(words),
    });
  };
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const index of indexes) await report(index);
    }),
  );
  await client.runsDone({ buildId, releaseName, releaseNumber });
  return release;
}
