import { useEffect, useRef, type KeyboardEvent, type PointerEvent } from 'react';
import type { ViewerEngine } from './engine.ts';
import { minimapBox } from './minimap-paint.ts';
import { useViewer } from './use-viewer.ts';

/** A map of a tall image next to the panes, with a tick for every region; drag, click, wheel or keys. */
export function Minimap({ engine }: { engine: ViewerEngine }) {
  const isTall = useViewer(engine, (state) => state.isTall);
  const percent = useViewer(engine, (state) => state.scrollPercent);
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const element = canvas.current;
    if (!isTall || element === null) return;
    engine.attachMinimap(element);
    const observer = new ResizeObserver(() => engine.invalidate());
    observer.observe(element);
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      engine.camera.panBy(0, event.deltaY * 4);
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => {
      observer.disconnect();
      element.removeEventListener('wheel', wheel);
      engine.attachMinimap(null);
    };
  }, [engine, isTall]);

  if (!isTall) return null;

  const go = (event: PointerEvent<HTMLCanvasElement>) => {
    const { scene } = engine;
    if (scene === null) return;
    const box = event.currentTarget.getBoundingClientRect();
    const map = minimapBox(scene.canvas, { width: box.width, height: box.height });
    engine.camera.scrollToShare((event.clientY - box.top) / map.height);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') engine.camera.panBy(0, 64);
    else if (event.key === 'ArrowUp') engine.camera.panBy(0, -64);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      className="minimap"
      role="scrollbar"
      tabIndex={0}
      aria-label="Map of the page"
      aria-controls="stage"
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      onKeyDown={press}
    >
      <canvas
        ref={canvas}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          go(event);
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) go(event);
        }}
      />
    </div>
  );
}
