import '../../kit/thumbnail.css';
import { useEffect, useState } from 'react';
import { Icon } from '../../kit/icon.tsx';
import { thumbnailAddress } from '../images/image-addresses.ts';
import { runStateIcons } from './run-states.ts';
import { stateOf, type RunRow } from './run-row.ts';

/** How long a row must be visible before its image is loaded. */
const restMs = 100;
let lastScrollAt = -Infinity;

/** Set by the list while it is scrolling. */
export function noteScroll(): void {
  lastScrollAt = performance.now();
}

function useIsResting(): boolean {
  const [isResting, setResting] = useState(() => performance.now() - lastScrollAt > restMs);
  useEffect(() => {
    if (isResting) return;
    const timer = setTimeout(() => setResting(true), restMs);
    return () => clearTimeout(timer);
  }, [isResting]);
  return isResting;
}

/** The image of a thumbnail; its place has the same size before it is there. */
export function ThumbnailImage({ address, onError }: { address: string; onError: () => void }) {
  return (
    <img
      src={address}
      alt=""
      width={240}
      height={150}
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={onError}
    />
  );
}

/** A small image of the run around its biggest difference, or a placeholder of the same size. */
export function Thumbnail({ buildId, row }: { buildId: number; row: RunRow }) {
  const address = thumbnailAddress(buildId, row.id, row.factsVersion);
  const [failed, setFailed] = useState<string | null>(null);
  const isResting = useIsResting();
  const hasImage = (row.hasImage || row.hasRef) && failed !== address;
  return (
    <span className="thumbnail line muted" data-state={stateOf(row)}>
      {hasImage && !isResting ? null : hasImage ? (
        <ThumbnailImage key={address} address={address} onError={() => setFailed(address)} />
      ) : (
        <Icon name={runStateIcons[stateOf(row)]} />
      )}
    </span>
  );
}
