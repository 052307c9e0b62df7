import type { ViewerEngine } from './engine.ts';
import type { Point } from './transform.ts';

const wheelStep = 1.15;
/** CSS pixels per wheel line and page. */
const lineHeight = 32;

/**
 * Wheel, drag, pinch and double click on the panes: wheel scrolls, Shift+wheel sideways, Ctrl or ⌘ and wheel (also a
 * trackpad's pinch) zooms at the pointer, two fingers pinch, a double click toggles 100 % there.
 *
 * @returns removes the listeners
 */
export function attachGestures(stage: HTMLElement, engine: ViewerEngine): () => void {
  const pointers = new Map<number, Point>();
  const stop = new AbortController();
  const { signal } = stop;

  const placeOf = (event: { target: EventTarget | null; clientX: number; clientY: number }): Point => {
    const canvas = event.target instanceof HTMLCanvasElement ? event.target : stage.querySelector('canvas');
    const box = canvas?.getBoundingClientRect() ?? stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  stage.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const unit = event.deltaMode === 0 ? 1 : event.deltaMode === 1 ? lineHeight : engine.camera.pane.height;
      const dx = event.deltaX * unit;
      const dy = event.deltaY * unit;
      if (event.ctrlKey || event.metaKey) {
        const steps = Math.max(-3, Math.min(3, -dy / 50));
        engine.camera.zoomBy(wheelStep ** (Math.abs(steps) < 0.05 ? 0 : steps), placeOf(event));
      } else if (event.shiftKey && dx === 0) engine.camera.panBy(dy, 0);
      else engine.camera.panBy(dx, dy);
    },
    { passive: false, signal },
  );

  stage.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button > 1 || !(event.target instanceof HTMLCanvasElement)) return;
      event.target.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      stage.dataset.dragging = 'true';
      if (event.button === 1) event.preventDefault();
    },
    { signal },
  );

  stage.addEventListener(
    'pointermove',
    (event) => {
      const pane = event.target instanceof HTMLElement ? Number(event.target.dataset['pane'] ?? 0) : 0;
      engine.pointAt(event.pointerType === 'touch' ? null : placeOf(event), pane);
      const last = pointers.get(event.pointerId);
      if (last === undefined) return;
      const now = { x: event.clientX, y: event.clientY };
      if (pointers.size === 1) {
        engine.camera.panBy(last.x - now.x, last.y - now.y);
      } else if (pointers.size === 2) {
        const other = [...pointers].find(([id]) => id !== event.pointerId)![1];
        const from = Math.hypot(last.x - other.x, last.y - other.y);
        const to = Math.hypot(now.x - other.x, now.y - other.y);
        const middle = { clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 };
        engine.camera.panBy((last.x - now.x) / 2, (last.y - now.y) / 2);
        if (from > 0) engine.camera.zoomBy(to / from, placeOf({ target: event.target, ...middle }));
      }
      pointers.set(event.pointerId, now);
    },
    { signal },
  );

  const release = (event: PointerEvent) => {
    pointers.delete(event.pointerId);
    if (pointers.size === 0) delete stage.dataset.dragging;
  };
  stage.addEventListener('pointerup', release, { signal });
  stage.addEventListener('pointercancel', release, { signal });
  stage.addEventListener('pointerleave', () => engine.pointAt(null), { signal });
  stage.addEventListener(
    'dblclick',
    (event) => {
      if (event.target instanceof HTMLCanvasElement) engine.camera.toggleActualSize(placeOf(event));
    },
    { signal },
  );
  return () => stop.abort();
}
