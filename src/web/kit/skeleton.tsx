import { rem } from './text-scale.ts';
import './skeleton.css';

/** Placeholder rows of the final height, in CSS pixels at the usual font size. Not animated. */
export function SkeletonRows({ rows, height }: { rows: number; height: number }) {
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="skeleton-row line" style={{ height: rem(height) }}>
          <SkeletonLine size="long" />
          <SkeletonLine />
        </div>
      ))}
    </div>
  );
}

/** One gray line, e.g. for a figure. */
export function SkeletonLine({ size = 'short' }: { size?: 'long' | 'short' }) {
  return <span className="skeleton-bar" data-size={size} aria-hidden="true" />;
}
