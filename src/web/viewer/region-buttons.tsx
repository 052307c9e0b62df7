import { formatPixels, formatSize } from '../kit/format.ts';
import { useRovingFocus } from '../kit/roving.ts';
import type { ViewerEngine } from './engine.ts';
import { useViewer } from './use-viewer.ts';

/** The regions as buttons for screen reader users, visually hidden until focused. */
export function RegionButtons({
  engine,
  onRegion,
}: {
  engine: ViewerEngine;
  onRegion: (index: number | null) => void;
}) {
  const roving = useRovingFocus<HTMLOListElement>();
  useViewer(engine, (state) => state.key);
  const current = useViewer(engine, (state) => state.region);
  const regions = engine.images?.regions ?? [];
  if (regions.length === 0) return null;
  return (
    <ol className="region-buttons" aria-label="Changed regions" {...roving}>
      {regions.map((region, index) => (
        <li key={index}>
          <button
            type="button"
            aria-current={current === index ? 'true' : undefined}
            onClick={() => onRegion(engine.goToRegion(index))}
          >
            Region {index + 1} of {regions.length}: {formatSize(region)} at{' '}
            {region.left.toLocaleString('en-US')}, {region.top.toLocaleString('en-US')},{' '}
            {formatPixels(region.changedPixels)}
          </button>
        </li>
      ))}
    </ol>
  );
}
