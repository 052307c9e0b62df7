import { Fragment, useEffect, useRef, type ReactNode } from 'react';
import { Icon } from '../kit/icon.tsx';
import { Bands, useHasBands } from './bands.tsx';
import type { ViewerEngine } from './engine.ts';
import { attachGestures } from './gestures.ts';
import { Minimap } from './minimap.tsx';
import { PartButtons, RegionButtons } from './region-buttons.tsx';
import { SwipeHandle } from './swipe-handle.tsx';
import { useViewer } from './use-viewer.ts';
import { missingPart, type PaneKind } from './view-model.ts';

export interface StageWords {
  /** Pane headings, e.g. `Before · baseline`. */
  before: string;
  diff: string;
  after: string;
  /** Text alternatives of the images. */
  describe: (kind: PaneKind) => string;
  /** Text for an image that failed to load. */
  failed: string;
}

export interface StageProps {
  engine: ViewerEngine;
  words: StageWords;
  /** Called when a region is chosen from the list. */
  onRegion: (index: number | null) => void;
  /** What lies over each pane. */
  overlay?: ((kind: PaneKind) => ReactNode) | undefined;
}

/** All panes, their headings, and the map. */
export function Stage({ engine, words, onRegion, overlay }: StageProps) {
  const stage = useRef<HTMLDivElement>(null);
  const panes = useViewer(engine, (state) => state.panes);
  const failed = useViewer(engine, (state) => state.failed);
  const hasBands = useHasBands(engine);
  const isBusy = useViewer(engine, (state) => !state.isSharp && !state.failed);

  useEffect(() => {
    const element = stage.current!;
    const detach = attachGestures(element, engine);
    const observer = new ResizeObserver(() => {
      engine.resizeStage(element.clientWidth);
      const canvas = element.querySelector('canvas');
      if (canvas !== null) engine.camera.resize(canvas.clientWidth, canvas.clientHeight);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      detach();
    };
  }, [engine]);

  useEffect(() => {
    const canvas = stage.current?.querySelector('canvas');
    if (canvas) engine.camera.resize(canvas.clientWidth, canvas.clientHeight);
  }, [engine, panes, hasBands]);

  return (
    <div className="stage-row">
      <div
        ref={stage}
        className="stage"
        id="stage"
        tabIndex={0}
        role="group"
        aria-label="Images. Arrow keys move, plus and minus zoom."
        data-panes={panes.length}
        data-bands={hasBands}
      >
        {panes.map((kind, index) => (
          <Fragment key={index}>
            <figure className="pane" data-kind={kind}>
              <figcaption className="pane-head line muted text-12">
                <PaneHead engine={engine} kind={kind} words={words} />
              </figcaption>
              <div className="pane-body">
                <canvas
                  data-pane={index}
                  ref={(canvas) => {
                    engine.attachPane(index, canvas);
                  }}
                  role="img"
                  aria-label={words.describe(kind)}
                  aria-busy={isBusy}
                />
                {kind === 'swipe' && <SwipeHandle engine={engine} />}
                {overlay?.(kind)}
              </div>
            </figure>
            {hasBands && index === 0 && <Bands engine={engine} />}
          </Fragment>
        ))}
        {failed && (
          <div className="stage-failure line" role="alert">
            <Icon name="warning" />
            <span>{words.failed}</span>
            <button type="button" className="button" onClick={() => engine.retry()}>
              Retry
            </button>
          </div>
        )}
      </div>
      <RegionButtons engine={engine} onRegion={onRegion} />
      <PartButtons engine={engine} />
      <Minimap engine={engine} />
    </div>
  );
}

function PaneHead({
  engine,
  kind,
  words,
}: {
  engine: ViewerEngine;
  kind: PaneKind;
  words: StageWords;
}): ReactNode {
  switch (kind) {
    case 'before':
    case 'after':
      return (
        <>
          <span className="pane-title ellipsis">{words[kind]}</span>
          <Missing engine={engine} side={kind} />
        </>
      );
    case 'diff':
      return <span className="pane-title ellipsis">{words.diff}</span>;
    case 'swipe':
      return <SwipeHead words={words} />;
    case 'onion':
      return <OnionHead engine={engine} />;
    case 'blink':
      return <BlinkHead engine={engine} words={words} />;
  }
}

function Missing({ engine, side }: { engine: ViewerEngine; side: 'before' | 'after' }) {
  useViewer(engine, (state) => state.key);
  const images = engine.images;
  const source = images?.[side];
  const missing = images && source ? missingPart(source.size, images.canvas) : null;
  return missing === null ? null : <span className="pane-note">{missing}</span>;
}

function SwipeHead({ words }: { words: StageWords }) {
  return (
    <>
      <span className="pane-title ellipsis">{words.before}</span>
      <span className="pane-spacer" />
      <span className="pane-title ellipsis">{words.after}</span>
    </>
  );
}

function OnionHead({ engine }: { engine: ViewerEngine }) {
  const onion = useViewer(engine, (state) => state.onion);
  const after = Math.round(onion * 100);
  return (
    <label className="pane-slider line">
      <span>Before</span>
      <input
        type="range"
        min={0}
        max={100}
        value={after}
        aria-label="Onion skin"
        aria-valuetext={`Before ${100 - after} %, after ${after} %`}
        onChange={(event) => engine.setOnion(Number(event.target.value) / 100)}
      />
      <span>After</span>
    </label>
  );
}

function BlinkHead({ engine, words }: { engine: ViewerEngine; words: StageWords }) {
  const side = useViewer(engine, (state) => state.blinkSide);
  const blinking = useViewer(engine, (state) => state.blinking);
  return (
    <>
      <button
        type="button"
        className="pane-button"
        aria-pressed={blinking}
        onClick={() => engine.setBlinking(!blinking)}
      >
        <Icon name={blinking ? 'pause' : 'play'} size={12} />
        {blinking ? 'Pause' : 'Play'}
      </button>
      <span className="pane-title ellipsis" data-blink={side}>
        {words[side]}
      </span>
    </>
  );
}
