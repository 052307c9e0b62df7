import type { Region } from '../../domain/comparison/comparison.ts';
import { formatPixels, formatSize } from './format.ts';
import './region-list.css';

interface RegionListProps {
  className?: string;
  regions: readonly Region[];
  /** Index of the region that the viewer shows. */
  current: number | null;
  onRegion: (index: number) => void;
}

/** The changed regions of a comparison; clicking one goes there. */
export function RegionList({ className = '', regions, current, onRegion }: RegionListProps) {
  return (
    <ol className={`regions ${className}`}>
      {regions.map((region, index) => (
        <li key={index}>
          <button
            type="button"
            aria-current={current === index ? 'true' : undefined}
            onClick={() => onRegion(index)}
          >
            <span className="muted tabular">{index + 1}</span>
            <span className="tabular">
              {formatSize(region)} at {region.left.toLocaleString('en-US')},{' '}
              {region.top.toLocaleString('en-US')}
            </span>
            <span className="muted tabular">{formatPixels(region.changedPixels)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}
