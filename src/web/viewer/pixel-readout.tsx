import type { ViewerEngine } from './engine.ts';
import { useViewer } from './use-viewer.ts';

/** The color under the pointer on both sides, from 800 % on. */
export function PixelColours({ engine }: { engine: ViewerEngine }) {
  const readout = useViewer(engine, (state) => state.readout);
  if (readout === null) return null;
  if (!readout.readable)
    return (
      <span className="readout line muted">
        {readout.x}, {readout.y} · pixel colors of external image files cannot be read in a report opened from
        disk
      </span>
    );
  return (
    <span className="readout mono line muted">
      {readout.x}, {readout.y}
      <Colour name="before" value={readout.before} />
      <Colour name="after" value={readout.after} />
    </span>
  );
}

function Colour({ name, value }: { name: string; value: string | null }) {
  return (
    <span className="readout-color">
      {name}
      {value !== null && <span className="swatch" style={{ backgroundColor: value }} />}
      {value ?? '–'}
    </span>
  );
}
