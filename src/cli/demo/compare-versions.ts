import type { Answer, DepictedClient } from '../../client/index.ts';

const pages = ['index', 'products', 'product', 'cart', 'checkout', 'about', 'journal', 'contact'];
const phonePages = ['index', 'products'];
const desktop = { viewportSize: { width: 1280, height: 800 } };
const phone = { viewportSize: { width: 390, height: 844 } };

/** How often the release is polled. */
const lookMs = 250;

export type ReleaseResult = Answer<'listRuns'> & {
  resultsUrl: Answer<'runsDone'>['resultsUrl'];
};

/**
 * Captures every page of the shop as a release and waits until no run is pending.
 *
 * @throws the signal's reason
 */
export async function captureShop(
  client: DepictedClient,
  shop: { buildId: number; releaseName: string; origin: string },
  signal: AbortSignal,
): Promise<ReleaseResult> {
  const { buildId, releaseName, origin } = shop;
  const { releaseNumber } = await client.createRelease(
    { buildId, releaseName, url: `${origin}/` },
    { signal },
  );
  const release = { buildId, releaseName, releaseNumber };
  const wanted = [
    ...pages.map((page) => ({ page, name: page, config: desktop })),
    ...phonePages.map((page) => ({ page, name: `${page}@phone`, config: phone })),
  ];
  for (const { page, name, config } of wanted) {
    const url = `${origin}/${page}.html`;
    await client.requestRun({ ...release, runName: name, url, config }, { signal });
  }
  const { resultsUrl } = await client.runsDone(release, { signal });
  for (;;) {
    const list = await client.listRuns(release, { signal });
    if (list.counts.waiting === 0 && list.release.status === 'reviewing') return { ...list, resultsUrl };
    await new Promise((resolve) => setTimeout(resolve, lookMs));
    signal.throwIfAborted();
  }
}
