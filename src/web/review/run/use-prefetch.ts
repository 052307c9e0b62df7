import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { ViewerEngine } from '../../viewer/engine.ts';
import type { ViewerImages } from '../../viewer/view-model.ts';
import type { ReleaseKey } from '../address/addresses.ts';
import { fetchRunImages } from './use-run.ts';

/** Whether the connection is metered. */
function savesData(): boolean {
  return (navigator as Navigator & { connection?: { saveData?: boolean } }).connection?.saveData === true;
}

/**
 * Prefetches the runs most likely to be opened next: their data immediately, their images
 * once everything visible is sharp.
 *
 * @param isReady whether the images of the open run are on screen
 */
export function usePrefetch(
  engine: ViewerEngine,
  release: ReleaseKey,
  names: readonly string[],
  isReady: boolean,
): void {
  const client = useQueryClient();
  const wanted = JSON.stringify([release, names]);
  useEffect(() => {
    if (!isReady || savesData()) return;
    let isGone = false;
    const [key, likely] = JSON.parse(wanted) as [ReleaseKey, string[]];
    const ahead: ViewerImages[] = [];
    const fetchAll = async () => {
      for (const runName of likely) {
        const images = await fetchRunImages(client, { ...key, runName }).catch(() => null);
        if (isGone) return;
        if (images === null) continue;
        ahead.push(images);
        engine.prefetch([...ahead]);
      }
    };
    void fetchAll();
    return () => {
      isGone = true;
    };
  }, [client, engine, wanted, isReady]);
}
