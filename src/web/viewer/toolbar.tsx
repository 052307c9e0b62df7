import type { ReactNode } from 'react';
import { Icon, type IconName } from '../kit/icon.tsx';
import { useRovingFocus } from '../kit/roving.ts';
import type { ViewerEngine } from './engine.ts';
import { stepNoun, stepText } from './step-words.ts';
import { useViewer } from './use-viewer.ts';
import { possibleViews, type ViewName } from './view-model.ts';

const views: readonly { name: ViewName; label: string; keys: string; icon: IconName | null }[] = [
  { name: 'before', label: 'Before', keys: '1', icon: null },
  { name: 'diff', label: 'Diff', keys: '2', icon: null },
  { name: 'after', label: 'After', keys: '3', icon: null },
  { name: 'side', label: 'Side by side', keys: 'S', icon: 'side' },
  { name: 'swipe', label: 'Swipe', keys: 'W', icon: 'swipe' },
  { name: 'onion', label: 'Onion skin', keys: 'T', icon: 'onion' },
  { name: 'blink', label: 'Blink', keys: 'B', icon: 'blink' },
];

interface ToolbarProps {
  engine: ViewerEngine;
  /** Announces the current region after a step. */
  onRegion: (index: number | null) => void;
  /** Page-specific controls at the left and right end. */
  start?: ReactNode;
  end?: ReactNode;
}

/** Views, mask, regions, zoom; one Tab stop. */
export function ViewerToolbar({ engine, onRegion, start, end }: ToolbarProps) {
  const roving = useRovingFocus<HTMLDivElement>();
  useViewer(engine, (state) => state.key);
  const view = useViewer(engine, (state) => state.view);
  const panes = useViewer(engine, (state) => state.panes);
  const maskOn = useViewer(engine, (state) => state.maskOn);
  const region = useViewer(engine, (state) => state.region);
  const canAlign = useViewer(engine, (state) => state.canAlign);
  const isAligned = useViewer(engine, (state) => state.isAligned);
  const { images, scene } = engine;
  const possible = images === null ? [] : possibleViews(images);
  const shown = panes.length === 1 ? panes[0] : view;

  return (
    <div className="toolbar" role="toolbar" aria-label="Viewer" {...roving}>
      {start}
      {possible.length > 1 && (
        <div role="radiogroup" aria-label="View" className="segmented">
          {views
            .filter(({ name }) => possible.includes(name))
            .map(({ name, label, keys, icon }) => (
              <button
                key={name}
                type="button"
                role="radio"
                aria-checked={shown === name}
                aria-label={label}
                aria-keyshortcuts={keys}
                title={`${label} (${keys})`}
                data-view={name}
                onClick={() => engine.setView(name)}
              >
                {icon === null ? <span>{label}</span> : <Icon name={icon} />}
              </button>
            ))}
        </div>
      )}
      {canAlign && (
        <button
          type="button"
          className="tool"
          aria-label="Aligned"
          aria-pressed={isAligned}
          aria-keyshortcuts="P"
          title="What moved, at the same place on both sides (P)"
          onClick={() => engine.setAligned(!isAligned)}
        >
          <Icon name="aligned" />
          <span>Aligned</span>
        </button>
      )}
      {images?.mask && (
        <button
          type="button"
          className="tool"
          aria-label="Mask"
          aria-pressed={maskOn}
          aria-keyshortcuts="D"
          title="Changed pixels on every image (D)"
          onClick={() => engine.setMask(!maskOn)}
        >
          <Icon name="mask" />
          <span>Mask</span>
        </button>
      )}
      {scene !== null && scene.regions.length > 0 && (
        <div className="tool-group line" role="group" aria-label="Regions">
          <Tool
            icon="previous"
            label={`Previous ${stepNoun(scene)}`}
            keys=","
            onClick={() => onRegion(engine.steps.stepRegion(-1))}
          />
          <span className="tool-text tabular muted">{stepText(region, scene)}</span>
          <Tool
            icon="next"
            label={`Next ${stepNoun(scene)}`}
            keys="."
            onClick={() => onRegion(engine.steps.stepRegion(1))}
          />
        </div>
      )}
      <span className="toolbar-spacer" />
      {possible.length > 0 && (
        <div className="tool-group line" role="group" aria-label="Zoom">
          <Tool icon="minus" label="Zoom out" keys="-" onClick={() => engine.zoomStep(-1)} />
          <ZoomText engine={engine} />
          <Tool icon="plus" label="Zoom in" keys="+" onClick={() => engine.zoomStep(1)} />
          <Fit engine={engine} fit="width" />
          <Fit engine={engine} fit="all" />
        </div>
      )}
      <div className="toolbar-end line">{end}</div>
    </div>
  );
}

/** An icon button of the toolbar with its key. */
export function Tool({
  icon,
  label,
  keys,
  onClick,
  pressed,
  disabled,
}: {
  icon: IconName;
  label: string;
  keys: string;
  onClick: () => void;
  pressed?: boolean;
  disabled?: boolean;
}) {
  return (
    <button
      type="button"
      className="tool"
      aria-label={label}
      aria-keyshortcuts={keys}
      title={`${label} (${keys})`}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

function ZoomText({ engine }: { engine: ViewerEngine }) {
  const percent = useViewer(engine, (state) => state.zoomPercent);
  return (
    <button
      type="button"
      className="tool zoom tabular"
      aria-label={`Zoom ${percent} percent. Toggle 100 percent`}
      aria-keyshortcuts="Z"
      title="100 % and back (Z)"
      onClick={() => engine.camera.toggleActualSize()}
    >
      {percent} %
    </button>
  );
}

function Fit({ engine, fit }: { engine: ViewerEngine; fit: 'width' | 'all' }) {
  const current = useViewer(engine, (state) => state.fit);
  return (
    <Tool
      icon={fit === 'width' ? 'fitWidth' : 'fitAll'}
      label={fit === 'width' ? 'Fit width' : 'Whole page'}
      keys={fit === 'width' ? '0' : 'A'}
      pressed={current === fit}
      onClick={() => (fit === 'width' ? engine.camera.fitWidth() : engine.camera.fitAll())}
    />
  );
}
