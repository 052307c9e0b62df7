import { connectBrowser } from './browser-endpoint.ts';
import { BrowserPool } from './browser-pool.ts';
import { launchBrowser, type BrowserProcess } from './browser-process.ts';
import type { CapturerOptions } from './capturer.ts';
import { EndpointPools } from './endpoint-pools.ts';
import { findBrowser } from './find-browser.ts';

/** Where captures get their browsers. */
export type Pool = Pick<BrowserPool, 'lease' | 'close'>;

/**
 * The browsers at the given endpoints, or one that is started on this machine.
 *
 * @throws AppError `browser_missing` when there is none to start
 */
export async function poolOfBrowsers(
  options: CapturerOptions,
  answerTimeoutMs: number,
  onNotice: (sentence: string) => void,
): Promise<Pool> {
  const { endpoints = [], trustEndpoints: isTrusted = false, recycle = {} } = options;
  const { captures = 100, memoryMb = 500 } = recycle;
  const proxyAddress = options.egress?.address;
  const poolOf = (open: () => Promise<BrowserProcess>) =>
    new BrowserPool(open, { captures, memoryMb }, answerTimeoutMs);
  if (endpoints.length > 0) {
    const pools = endpoints.map((endpoint) =>
      poolOf(() => connectBrowser(endpoint, { proxyAddress, isTrusted })),
    );
    return new EndpointPools(pools, onNotice, () => performance.now());
  }
  const { path: browserPath } = await findBrowser(options.browserPath);
  const { sandbox = 'auto', pageMemoryMb = 512, tempDir } = options;
  return poolOf(() =>
    launchBrowser({
      browserPath,
      sandbox,
      pageMemoryMb,
      ...(tempDir === undefined ? {} : { tempDir }),
      proxyAddress,
      onNotice,
    }),
  );
}
