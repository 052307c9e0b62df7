import { announce } from '../kit/announcer.tsx';
import { useKeys, type KeyMap } from '../kit/keys.ts';
import type { ViewerEngine } from './engine.ts';
import { partSentence } from './step-words.ts';

const panStep = 64;

/** All keys of the viewer; the page adds its own. With `isWaiting`, they wait for images that are loading. */
export function useViewerKeys(
  engine: ViewerEngine,
  onRegion: (index: number | null) => void,
  { isWaiting = false } = {},
): void {
  const inStage = (event: KeyboardEvent) =>
    !(event.target instanceof Element) || event.target.closest('nav, aside, [role="listbox"]') === null;
  const pan = (dx: number, dy: number) => (event: KeyboardEvent) => {
    if (inStage(event)) engine.camera.panBy(dx, dy);
  };
  const keys: KeyMap = {
    '1': () => engine.setView('before'),
    '2': () => engine.setView('diff'),
    '3': () => engine.setView('after'),
    f: () => engine.flip(),
    s: () => engine.setView('side'),
    w: () => engine.setView('swipe'),
    t: () => engine.setView('onion'),
    b: () => {
      if (engine.state().view === 'blink') engine.setBlinking(!engine.state().blinking);
      else engine.setView('blink');
    },
    d: () => engine.setMask(!engine.state().maskOn),
    h: () => engine.steps.flashRegions(),
    p: () => toggleAligned(engine),
    'Shift+.': () => sayPart(engine, engine.steps.stepPart(1)),
    'Shift+,': () => sayPart(engine, engine.steps.stepPart(-1)),
    '.': () => onRegion(engine.steps.stepRegion(1)),
    ',': () => onRegion(engine.steps.stepRegion(-1)),
    '+': () => engine.zoomStep(1),
    '=': () => engine.zoomStep(1),
    '-': () => engine.zoomStep(-1),
    '0': () => engine.camera.fitWidth(),
    a: () => engine.camera.fitAll(),
    z: () => engine.camera.toggleActualSize(),
    ArrowLeft: pan(-panStep, 0),
    ArrowRight: pan(panStep, 0),
    ArrowUp: pan(0, -panStep),
    ArrowDown: pan(0, panStep),
    'Shift+ArrowLeft': pan(-panStep * 5, 0),
    'Shift+ArrowRight': pan(panStep * 5, 0),
    'Shift+ArrowUp': pan(0, -panStep * 5),
    'Shift+ArrowDown': pan(0, panStep * 5),
    Space: () => engine.camera.pageBy(1),
    'Shift+Space': () => engine.camera.pageBy(-1),
    PageDown: () => engine.camera.pageBy(1),
    PageUp: () => engine.camera.pageBy(-1),
    Home: () => engine.camera.scrollToEdge('start'),
    End: () => engine.camera.scrollToEdge('end'),
  };
  useKeys(keys, { isWaiting });
}

function toggleAligned(engine: ViewerEngine): void {
  const { canAlign, isAligned } = engine.state();
  if (!canAlign) return announce('Nothing moved, so there is nothing to align.');
  engine.setAligned(!isAligned);
  announce(isAligned ? 'Not aligned: every changed pixel is marked.' : 'Aligned.');
}

function sayPart(engine: ViewerEngine, index: number | null): void {
  const parts = engine.scene?.layout?.parts ?? [];
  announce(index === null ? 'No moved parts.' : partSentence(index, parts));
}
