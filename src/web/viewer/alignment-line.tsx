import type { Alignment } from '../../domain/comparison/alignment.ts';
import { alignmentHeading } from '../../domain/comparison/alignment-heading.ts';
import { Icon } from '../kit/icon.tsx';

/** What moved and what changed, in one sentence above the images. */
export function AlignmentLine({ alignment }: { alignment: Alignment | null | undefined }) {
  if (!alignment) return null;
  const pieces = alignmentHeading(alignment);
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
