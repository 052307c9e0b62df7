import { useState } from 'react';
import { readSetting, writeSetting } from '../../kit/settings.ts';
import { highlightColours, type HighlightName } from '../../viewer/tint.ts';
import { readHighlight, writeHighlight, type Highlight } from '../images/viewer.ts';

const words: Record<HighlightName, string> = { magenta: 'Magenta', cyan: 'Cyan', orange: 'Orange' };

/** Personal settings, kept on this device: color of changed pixels, and advancing after a decision. */
export function HighlightSettings() {
  const [highlight, setHighlight] = useState(readHighlight);
  const [movesOn, setMovesOn] = useState(movesOnAfterDecision);
  const change = (next: Highlight) => {
    setHighlight(next);
    writeHighlight(next);
  };
  return (
    <div className="highlight-settings">
      <div role="radiogroup" aria-label="Color of changed pixels" className="segmented">
        {(Object.keys(highlightColours) as HighlightName[]).map((colour) => (
          <button
            key={colour}
            type="button"
            role="radio"
            aria-checked={highlight.colour === colour}
            onClick={() => change({ ...highlight, colour })}
          >
            <span className="highlight-swatch" data-colour={colour} aria-hidden="true" />
            {words[colour]}
          </button>
        ))}
      </div>
      <label className="highlight-opacity line">
        Opacity
        <input
          type="range"
          min={50}
          max={100}
          step={5}
          value={highlight.opacityPercent}
          aria-valuetext={`${highlight.opacityPercent} %`}
          onChange={(event) => change({ ...highlight, opacityPercent: Number(event.target.value) })}
        />
        <span className="tabular">{highlight.opacityPercent} %</span>
      </label>
      <label className="check line">
        <input
          type="checkbox"
          checked={movesOn}
          onChange={(event) => {
            setMovesOn(event.target.checked);
            writeSetting('move-on', event.target.checked ? 'on' : 'off');
          }}
        />
        Go to the next run after a decision
      </label>
    </div>
  );
}

/** Whether a decision advances to the next undecided run. */
export function movesOnAfterDecision(): boolean {
  return readSetting('move-on') !== 'off';
}
