import './pins.css';
import { useEffect, useRef } from 'react';
import { textScale } from '../kit/text-scale.ts';
import type { ViewerEngine } from './engine.ts';
import { pointIn, pointOn } from './scene.ts';
import { toImage, type Point } from './transform.ts';
import { useViewer } from './use-viewer.ts';
import type { PaneKind } from './view-model.ts';
import type { Side } from './row-segments.ts';

export interface Pin {
  id: number;
  number: number;
  /** For assistive tools: who wrote it. */
  label: string;
  isDone: boolean;
  /** In pixels of each image; null: that image does not have it. */
  before: Point | null;
  after: Point | null;
}

interface PinsProps {
  engine: ViewerEngine;
  kind: PaneKind;
  pins: readonly Pin[];
  chosen: number | null;
  onChoose: (id: number) => void;
}

/** Which image a pane shows, as far as places are concerned. */
function sideOf(engine: ViewerEngine, kind: PaneKind): Side {
  return kind === 'before' || engine.images?.after === null ? 'before' : 'after';
}

/** Pins over one pane. They follow pan and zoom without a render, and stand beside what they point at. */
export function Pins({ engine, kind, pins, chosen, onChoose }: PinsProps) {
  const layer = useRef<HTMLDivElement>(null);
  const key = useViewer(engine, (state) => state.key);
  const isAligned = useViewer(engine, (state) => state.isAligned);

  useEffect(
    () =>
      engine.onFrame(() => {
        const { scene } = engine;
        const element = layer.current;
        if (scene === null || element === null) return;
        const { x, y, scale } = engine.camera.transform;
        const side = sideOf(engine, kind);
        const [width, height] = [element.clientWidth, element.clientHeight];
        const room = 44 * textScale();
        pins.forEach((pin, index) => {
          const button = element.children[index] as HTMLElement | undefined;
          const point = pin[side];
          if (button === undefined) return;
          const at = point === null ? null : pointOn(scene, side, { x: point.x + 0.5, y: point.y });
          const [left, top] = at === null ? [-1, -1] : [(at.x - x) * scale, (at.y + 0.5 - y) * scale];
          const isSeen = left >= 0 && top >= 0 && left <= width && top <= height;
          button.style.visibility = isSeen ? 'visible' : 'hidden';
          button.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
          button.dataset['turn'] = `${left > width - room ? 'left' : 'right'} ${top < room ? 'down' : 'up'}`;
        });
      }),
    [engine, kind, pins, key, isAligned],
  );

  return (
    <div className="pins" ref={layer}>
      {pins.map(({ id, number, label, isDone }) => (
        <button
          key={id}
          type="button"
          className="pin"
          aria-label={`Comment ${number} by ${label}${isDone ? ', resolved' : ''}`}
          aria-pressed={chosen === id}
          data-done={isDone || undefined}
          onClick={() => onChoose(id)}
        >
          <span>{number}</span>
        </button>
      ))}
    </div>
  );
}

interface PinCatcherProps {
  engine: ViewerEngine;
  kind: PaneKind;
  onPick: (side: Side, point: Point) => void;
  /** The image has nothing there. */
  onMiss: () => void;
}

/** Lies over a pane while a place is chosen: a click takes it; with the keyboard, the middle of what is seen. */
export function PinCatcher({ engine, kind, onPick, onMiss }: PinCatcherProps) {
  const side = sideOf(engine, kind);
  return (
    <button
      type="button"
      className="pin-catcher"
      aria-label={`Point at the middle of what is seen of the ${side === 'before' ? 'baseline' : 'new image'}`}
      onClick={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        const at =
          event.detail === 0
            ? { x: box.width / 2, y: box.height / 2 }
            : { x: event.clientX - box.left, y: event.clientY - box.top };
        const { scene, images } = engine;
        const size = images?.[side]?.size;
        const point = scene === null ? null : pointIn(scene, side, toImage(engine.camera.transform, at));
        const [x, y] = point === null ? [-1, -1] : [Math.floor(point.x), Math.floor(point.y)];
        if (size === undefined || x < 0 || y < 0 || x >= size.width || y >= size.height) onMiss();
        else onPick(side, { x, y });
      }}
    />
  );
}
