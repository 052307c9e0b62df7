import { useNavigate } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useLayoutEffect, useRef } from 'react';
import type { ViewerEngine } from '../../viewer/engine.ts';
import type { ViewerImages } from '../../viewer/view-model.ts';
import { startOf, viewOf, viewSearch, type ViewSearch } from './view-address.ts';

/**
 * Shows the images as the address states, and keeps view and region in the address up to date. A place (`at`) is only
 * ever read, because writing it would change the address with every pan.
 */
export function useViewAddress(
  engine: ViewerEngine,
  images: ViewerImages | null | undefined,
  search: ViewSearch,
): void {
  const navigate = useNavigate();
  /** What the viewer itself wrote into the address, so that it is not applied again. */
  const written = useRef('');
  const said = sayingOf(search);

  const show = useEffectEvent(() => {
    if (images === undefined) return;
    engine.show(images, { ...startOf(search), view: viewOf(search) ?? 'side' });
    written.current = said;
  });
  const key = images === undefined ? undefined : (images?.key ?? null);
  // Before the first frame: a key pressed now acts on these images.
  useLayoutEffect(() => show(), [engine, key]);

  const obey = useEffectEvent(() => {
    if (said !== written.current) show();
  });
  useLayoutEffect(() => obey(), [said]);

  const write = useEffectEvent(() => {
    const { view, region } = engine.state();
    const next = viewSearch(view, region);
    if (images === undefined || engine.images?.key !== images?.key) return;
    if (sayingOf(next) === sayingOf({ ...search, at: '', aligned: '' })) return;
    written.current = sayingOf(next);
    void navigate({
      to: '.',
      search: (old: Record<string, unknown>) => ({
        ...old,
        view: '',
        region: '',
        at: '',
        aligned: '',
        ...next,
      }),
      replace: true,
      resetScroll: false,
    } as never);
  });
  useEffect(() => {
    let last = '';
    return engine.subscribe(() => {
      const { view, region } = engine.state();
      const now = `${view} ${region}`;
      if (now === last) return;
      last = now;
      write();
    });
  }, [engine]);
}

function sayingOf({ view = '', region = '', at = '', aligned = '' }: ViewSearch): string {
  return [view === 'side' ? '' : view, region, at, aligned].join(' ');
}
