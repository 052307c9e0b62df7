import { useEffect, useState, type RefObject } from 'react';
import { useTextScale } from '../../kit/text-scale.ts';
import type { ListShape } from './runs-list.tsx';

const row = { wide: 64, phone: 88 };
const card = { width: 240, height: 150 + 82, gap: 12 };
/** Two per line. */
const phoneCard = { columns: 2, height: 106 + 90 };

/** Row height or cards per line, for the available width. */
export function useListShape(
  layout: 'row' | 'card',
  isPhone: boolean,
  scroller: RefObject<HTMLElement | null>,
): ListShape {
  const [width, setWidth] = useState(() => Math.min(window.innerWidth, 1_440));
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);
  const scale = useTextScale();
  if (layout === 'row') return { shape: 'row', itemHeight: isPhone ? row.phone : row.wide, columns: 1 };
  if (isPhone) return { shape: 'card', itemHeight: phoneCard.height + card.gap, columns: phoneCard.columns };
  const inner = width / scale - 48;
  const columns = Math.max(1, Math.floor((inner + card.gap) / (card.width + card.gap)));
  return { shape: 'card', itemHeight: card.height + card.gap, columns };
}
