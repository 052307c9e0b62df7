import type { Alignment } from '../../domain/comparison/alignment.ts';
import type { BeyondMaxMove } from '../../domain/comparison/comparison.ts';
import { alignmentHeading } from '../../domain/comparison/alignment-heading.ts';
import { Icon } from '../kit/icon.tsx';

interface AlignmentLineProps {
  alignment: Alignment | null | undefined;
  /** Where moves are tolerated, but not this far. */
  beyond: BeyondMaxMove | undefined;
}

/** What moved and what changed, in one sentence above the images. */
export function AlignmentLine({ alignment, beyond }: AlignmentLineProps) {
  if (!alignment) return null;
  const pieces = alignmentHeading(alignment, beyond ?? null);
  if (pieces.length === 0) return null;
  return (
    <p className="alignment-line text-13">
      <Icon name="moved" size={14} />
      <span>
        {pieces.map(({ text, isStrong }, index) =>
          isStrong ? <strong key={index}>{text}</strong> : <span key={index}>{text}</span>,
        )}
      </span>
    </p>
  );
}
