import { useEffect, useRef } from 'react';
import { bandShapes, partsWithBand } from './band-shape.ts';
import type { ViewerEngine } from './engine.ts';
import { useViewer } from './use-viewer.ts';

/** Whether parts of the images moved on their own, so that bands join them. */
export function useHasBands(engine: ViewerEngine): boolean {
  useViewer(engine, (state) => state.key);
  const isAligned = useViewer(engine, (state) => state.isAligned);
  const isBeside = useViewer(engine, (state) => state.view === 'side' && state.panes.length > 1);
  const parts = engine.scene?.layout?.parts ?? [];
  return isAligned && isBeside && parts.some(({ isAlone }) => isAlone);
}

/**
 * The space between the before image and its neighbor: bands that join the old and the new place of each part that
 * moved on its own. Only there, because drawn across other columns they look as if those had moved.
 */
export function Bands({ engine }: { engine: ViewerEngine }) {
  const gutter = useRef<HTMLDivElement>(null);
  const lit = useViewer(engine, (state) => state.litPart);
  const current = useViewer(engine, (state) => state.part);
  const key = useViewer(engine, (state) => state.key);
  const parts = engine.scene?.layout?.parts ?? [];
  const shown = partsWithBand(parts);

  useEffect(() => {
    const element = gutter.current;
    const layout = engine.scene?.layout;
    if (element === null || !layout) return;
    const drawn = partsWithBand(layout.parts);
    const find = (index: number, what: string) => element.querySelector(`[data-part="${index}"] ${what}`)!;
    const elements = new Map(
      drawn.map((index) => [
        index,
        { path: find(index, 'path') as SVGPathElement, words: find(index, 'g') as SVGGElement },
      ]),
    );
    return engine.onFrame(() => {
      const size = { width: element.clientWidth, height: element.clientHeight };
      const bands = new Map(
        bandShapes(layout.parts, drawn, engine.camera.transform, size).map((band) => [band.part, band]),
      );
      for (const [index, { path, words }] of elements) {
        const band = bands.get(index);
        path.setAttribute('d', band?.path ?? '');
        words.style.display = band === undefined ? 'none' : '';
        if (band !== undefined) words.setAttribute('transform', `translate(${size.width / 2} ${band.words})`);
      }
    });
  }, [engine, key, current]);

  return (
    <div className="bands" aria-hidden="true">
      <div className="pane-head" />
      <div className="bands-body" ref={gutter}>
        <svg key={key} width="100%" height="100%">
          {shown.map((index) => {
            const { kind, arrow } = parts[index]!;
            const width = 10 + arrow.length * 7;
            return (
              <g
                key={index}
                className="band"
                data-part={index}
                data-kind={kind}
                data-lit={lit === index || current === index}
                onPointerEnter={() => engine.steps.light(index)}
                onPointerLeave={() => engine.steps.light(null)}
                onClick={() => engine.steps.goToPart(index)}
              >
                <path />
                <g>
                  <rect x={-width / 2} y={-10} width={width} height={20} rx={4} />
                  <text textAnchor="middle" dominantBaseline="central">
                    {arrow}
                  </text>
                </g>
              </g>
            );
          })}
        </svg>
      </div>
    </div>
  );
}
