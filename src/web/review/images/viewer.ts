import { useEffect } from 'react';
import { onConnectionChange, connectionIsLost } from '../api/connection.ts';
import { readSetting, writeSetting } from '../../kit/settings.ts';
import { ViewerEngine } from '../../viewer/engine.ts';
import { highlightColours, type HighlightName } from '../../viewer/tint.ts';

/** How long decoded images are kept after the last page with a viewer is closed. */
const keepMs = 30_000;

let engine: ViewerEngine | null = null;
let users = 0;
let closing: ReturnType<typeof setTimeout> | undefined;

/** The tab's only viewer: run and image pages share decoded images. */
function viewerEngine(): ViewerEngine {
  if (engine === null) {
    engine = new ViewerEngine();
    applyHighlight(engine);
    const made = engine;
    onConnectionChange(() => {
      if (!connectionIsLost()) made.retry();
    });
  }
  return engine;
}

/** The viewer while a page shows it. */
export function useViewerEngine(): ViewerEngine {
  useEffect(() => {
    users++;
    clearTimeout(closing);
    return () => {
      users--;
      if (users > 0) return;
      viewerEngine().show(null);
      closing = setTimeout(() => viewerEngine().close(), keepMs);
    };
  }, []);
  return viewerEngine();
}

export interface Highlight {
  colour: HighlightName;
  /** 50–100. */
  opacityPercent: number;
}

export function readHighlight(): Highlight {
  const kept = readSetting('highlight');
  const colour = (Object.keys(highlightColours) as HighlightName[]).find((name) => name === kept);
  const opacity = Number(readSetting('highlight-opacity') ?? 100);
  return {
    colour: colour ?? 'magenta',
    opacityPercent: opacity >= 50 && opacity <= 100 ? Math.round(opacity) : 100,
  };
}

export function writeHighlight({ colour, opacityPercent }: Highlight): void {
  writeSetting('highlight', colour);
  writeSetting('highlight-opacity', String(opacityPercent));
  applyHighlight(viewerEngine());
}

function applyHighlight(of: ViewerEngine): void {
  const { colour, opacityPercent } = readHighlight();
  of.setHighlight(colour, opacityPercent / 100);
}
