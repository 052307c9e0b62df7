import type { Frame } from './paint.ts';

/** The canvases on screen: one for each pane, and the map. */
export class Surface {
  readonly #panes = new Map<number, HTMLCanvasElement>();
  map: HTMLCanvasElement | null = null;

  setPane(index: number, canvas: HTMLCanvasElement | null): void {
    if (canvas === null) this.#panes.delete(index);
    else this.#panes.set(index, canvas);
  }

  /** CSS pixels; 0 without a map. */
  get mapWidth(): number {
    return this.map?.clientWidth ?? 0;
  }

  /** Calls `paint` for each pane, with its canvas sized in device pixels. */
  eachPane(
    view: Pick<Frame, 'transform' | 'isMoving' | 'piece'>,
    paint: (index: number, frame: Frame) => void,
  ): void {
    for (const [index, canvas] of this.#panes) {
      const frame = frameOf(canvas, view);
      if (frame !== null) paint(index, frame);
    }
  }

  mapFrame(view: Pick<Frame, 'transform' | 'isMoving' | 'piece'>): Frame | null {
    return this.map === null ? null : frameOf(this.map, view);
  }
}

function frameOf(
  canvas: HTMLCanvasElement,
  view: Pick<Frame, 'transform' | 'isMoving' | 'piece'>,
): Frame | null {
  const pixelRatio = window.devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * pixelRatio);
  const height = Math.round(canvas.clientHeight * pixelRatio);
  if (width === 0 || height === 0) return null;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  return context === null ? null : { context, width, height, pixelRatio, ...view };
}
