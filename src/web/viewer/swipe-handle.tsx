import type { KeyboardEvent, PointerEvent } from 'react';
import { Icon } from '../kit/icon.tsx';
import type { ViewerEngine } from './engine.ts';
import { useViewer } from './use-viewer.ts';

const step = 0.02;

/** The grip of the swipe line, in the heading so that it never covers the image. */
export function SwipeHandle({ engine }: { engine: ViewerEngine }) {
  const swipe = useViewer(engine, (state) => state.swipe);
  const percent = Math.round(swipe * 100);

  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = event.currentTarget.parentElement!.getBoundingClientRect();
    engine.setSwipe((event.clientX - box.left) / box.width);
  };
  const press = (event: KeyboardEvent) => {
    const to = { ArrowLeft: swipe - step, ArrowRight: swipe + step, Home: 0, End: 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    engine.setSwipe(event.shiftKey ? swipe + (to - swipe) * 5 : to);
  };

  return (
    <div
      className="swipe-handle line"
      role="slider"
      tabIndex={0}
      aria-label="Swipe line"
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={`Before ${percent} %, after ${100 - percent} %`}
      style={{ left: `clamp(1.0625rem, ${swipe * 100}%, 100% - 1.0625rem)` }}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onKeyDown={press}
    >
      <Icon name="swipe" size={14} />
    </div>
  );
}
