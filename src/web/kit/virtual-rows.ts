import { useEffect, useMemo, useState, type RefObject } from 'react';
import { useTextScale } from './text-scale.ts';

/** Default number of rows rendered above and below the visible ones. */
const defaultOverscan = 6;
/** How long after a jump the rows above and below the visible ones are rendered too. */
const restMs = 100;

export interface VirtualRows {
  /** Indexes of the first and last row to render. */
  first: number;
  last: number;
  totalHeight: number;
  topOf: (index: number) => number;
  heightOf: (index: number) => number;
  /** Scrolls just enough to make the whole row visible. */
  reveal: (index: number) => void;
}

export interface VirtualRowsOptions {
  /** Rows rendered above and below the visible ones. */
  overscan?: number;
  /** Covered CSS pixels at the top of the scroller, asked when a row is revealed. */
  topInset?: () => number;
  /** Other rows, as of a search, are rendered like those after a jump: at first only what is visible. */
  restsWhenChanged?: boolean;
}

interface Seen {
  /** CSS pixels from the first row's top. */
  from: number;
  to: number;
  /** How often all visible rows were new. */
  jumps: number;
}

/**
 * The visible rows of a long list. Heights are known in advance, so nothing is measured and the scroll bar is
 * correct from the first frame.
 *
 * @param heights CSS pixels of each row, at the usual font size
 * @param list the element that holds the rows, anywhere inside the scroller
 * @param scroller the element that scrolls
 */
export function useVirtualRows(
  heights: readonly number[],
  list: RefObject<HTMLElement | null>,
  scroller: RefObject<HTMLElement | null>,
  { overscan = defaultOverscan, topInset, restsWhenChanged = false }: VirtualRowsOptions = {},
): VirtualRows {
  const scale = useTextScale();
  const tops = useMemo(() => {
    const sums = new Float64Array(heights.length + 1);
    heights.forEach((height, index) => (sums[index + 1] = sums[index]! + height * scale));
    return sums;
  }, [heights, scale]);
  const [seen, setSeen] = useState<Seen>({ from: 0, to: 1_200, jumps: 0 });
  const { jumps } = seen;
  // After a jump, only the visible rows are rendered at first: no frame is late.
  const of = restsWhenChanged ? tops : null;
  const [rested, setRested] = useState(restsWhenChanged ? null : { of, jumps });
  const isRested = rested !== null && rested.of === of && rested.jumps === jumps;
  useEffect(() => {
    if (isRested) return;
    const rest = setTimeout(() => setRested({ of, jumps }), restMs);
    return () => clearTimeout(rest);
  }, [isRested, of, jumps]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const look = () => {
      const from = element.scrollTop - offsetWithin(list.current, element);
      const to = from + element.clientHeight;
      setSeen((last) => {
        if (last.from === from && last.to === to) return last;
        const isJump = Math.abs(from - last.from) >= to - from;
        return { from, to, jumps: last.jumps + (isJump ? 1 : 0) };
      });
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    if (list.current?.parentElement) observer.observe(list.current.parentElement);
    return () => {
      element.removeEventListener('scroll', look);
      observer.disconnect();
    };
  }, [list, scroller]);

  const reveal = (index: number) => {
    const element = scroller.current;
    const top = tops[index];
    const bottom = tops[index + 1];
    if (element === null || top === undefined || bottom === undefined) return;
    const offset = offsetWithin(list.current, element);
    const inset = topInset?.() ?? 0;
    if (offset + top < element.scrollTop + inset)
      element.scrollTo({ top: index <= 1 ? 0 : offset + top - inset });
    else if (offset + bottom > element.scrollTop + element.clientHeight)
      element.scrollTo({ top: offset + bottom - element.clientHeight });
  };

  const around = isRested ? overscan : 0;
  return {
    first: Math.max(0, indexAt(tops, seen.from) - around),
    last: Math.min(heights.length - 1, indexAt(tops, seen.to) + around),
    totalHeight: tops[heights.length] ?? 0,
    topOf: (index) => tops[index] ?? 0,
    heightOf: (index) => (heights[index] ?? 0) * scale,
    reveal,
  };
}

function offsetWithin(list: HTMLElement | null, scroller: HTMLElement): number {
  if (list === null) return 0;
  return list.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;
}

/** The row at a height, by bisection. */
function indexAt(tops: Float64Array, height: number): number {
  let low = 0;
  let high = Math.max(0, tops.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tops[middle]! <= height) low = middle;
    else high = middle - 1;
  }
  return low;
}
