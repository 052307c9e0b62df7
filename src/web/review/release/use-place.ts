import { useEffect, useEffectEvent, useLayoutEffect, useState, type RefObject } from 'react';
import { noteScroll } from '../runs/thumbnail.tsx';
import { useMissing, useReleaseState, type Visit } from '../visit/visit.ts';

/** The run that the keys have reached; kept for the visit of its release. */
export function useCurrent({ place }: Visit): [number | null, (id: number | null) => void] {
  const [current, setCurrent] = useState(place.runId);
  return [
    current,
    (id) => {
      place.keep({ runId: id });
      setCurrent(id);
    },
  ];
}

/** Idle viewers see new differences immediately; for everyone else they wait behind the pill. */
export function useMergeWhileWatching(
  { store }: Visit,
  scroller: RefObject<HTMLElement | null>,
  isIdle: boolean,
): void {
  const { late } = useReleaseState(store);
  const { late: lateMissing } = useMissing(store);
  const merge = useEffectEvent(() => {
    if (late.differences + late.others + lateMissing === 0 || !isIdle) return;
    if ((scroller.current?.scrollTop ?? 0) !== 0) return;
    if (lateMissing > 0) store.missing.takeOrder();
    if (late.differences + late.others > 0) store.takeOrder();
  });
  useEffect(() => merge(), [late, lateMissing]);
}

/** Restores the scroll position when returning from a run. */
export function useScrollPlace({ place }: Visit, scroller: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    element.scrollTo({ top: place.scrollTop });
    const keep = () => {
      noteScroll();
      place.keep({ scrollTop: element.scrollTop });
    };
    // Before the list renders other rows: reading the position after that would lay them out at once.
    element.addEventListener('scroll', keep, { passive: true, capture: true });
    return () => element.removeEventListener('scroll', keep, { capture: true });
  }, [place, scroller]);
}
