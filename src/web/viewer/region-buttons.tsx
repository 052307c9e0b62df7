import { useRovingFocus } from '../kit/roving.ts';
import type { ViewerEngine } from './engine.ts';
import { partSentence, stepDescription } from './step-words.ts';
import { useViewer } from './use-viewer.ts';

/** The regions, or the changes, as buttons for screen reader users, visually hidden until focused. */
export function RegionButtons({
  engine,
  onRegion,
}: {
  engine: ViewerEngine;
  onRegion: (index: number | null) => void;
}) {
  const roving = useRovingFocus<HTMLOListElement>();
  useViewer(engine, (state) => state.key);
  const isAligned = useViewer(engine, (state) => state.isAligned);
  const current = useViewer(engine, (state) => state.region);
  const { scene } = engine;
  if (scene === null || scene.regions.length === 0) return null;
  return (
    <ol className="region-buttons" aria-label={isAligned ? 'Changes' : 'Changed regions'} {...roving}>
      {scene.regions.map((_, index) => (
        <li key={index}>
          <button
            type="button"
            aria-current={current === index ? 'true' : undefined}
            onClick={() => onRegion(engine.steps.goToRegion(index))}
          >
            {stepDescription(index, scene)}
          </button>
        </li>
      ))}
    </ol>
  );
}

/** The parts that moved, likewise; the one with the focus is lit in every image. */
export function PartButtons({ engine }: { engine: ViewerEngine }) {
  const roving = useRovingFocus<HTMLOListElement>();
  useViewer(engine, (state) => state.key);
  const isAligned = useViewer(engine, (state) => state.isAligned);
  const current = useViewer(engine, (state) => state.part);
  const parts = engine.scene?.layout?.parts ?? [];
  if (!isAligned || parts.length === 0) return null;
  return (
    <ol className="region-buttons" aria-label="Moved parts" {...roving}>
      {parts.map((_, index) => (
        <li key={index}>
          <button
            type="button"
            aria-current={current === index ? 'true' : undefined}
            onFocus={() => engine.steps.light(index)}
            onBlur={() => engine.steps.light(null)}
            onClick={() => engine.steps.goToPart(index)}
          >
            {partSentence(index, parts)}
          </button>
        </li>
      ))}
    </ol>
  );
}
