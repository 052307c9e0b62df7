import '../../../viewer/viewer.css';
import '../../run/run.css';
import './sides.css';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useLayoutEffect, useMemo, useState } from 'react';
import { announce } from '../../../kit/announcer.tsx';
import { shortName } from '../../../kit/middle-cut.tsx';
import { PixelColours } from '../../../viewer/pixel-readout.tsx';
import { Stage } from '../../../viewer/stage.tsx';
import { ViewerToolbar } from '../../../viewer/toolbar.tsx';
import { useViewer } from '../../../viewer/use-viewer.ts';
import { useViewerKeys } from '../../../viewer/viewer-keys.ts';
import type { SideSearch } from '../../address/addresses.ts';
import type { Run } from '../../api/shapes.ts';
import { Page } from '../../frame/page.tsx';
import { useShortcuts } from '../../keyboard/registry.ts';
import { imageAddress } from '../../images/image-addresses.ts';
import { runImages } from '../../images/run-images.ts';
import { useViewerEngine } from '../../images/viewer.ts';
import { stageWords } from '../../run/run-words.ts';
import { runSearchOf, sideOf, sides, sideWords, useSidePage, type Side } from '../../run/side-page.tsx';
import type { RunDetail } from '../../run/use-run.ts';
import { startOf } from '../../run/view-address.ts';
import { zoomShortcuts } from '../../run/viewer-shortcuts.ts';
import { ProblemState } from '../../states/problem.tsx';
import { Message } from '../../../kit/message.tsx';

/** One image of a run, filling the window. */
export function ImagePage() {
  const search: SideSearch = useSearch({ from: '/image' });
  const { detail, problem, retry, crumbs } = useSidePage(search);
  const side = sideOf(search);
  return (
    <Page
      title={`${sideWords[side]} image`}
      crumbs={crumbs}
      layout="fixed"
      skip={[['stage', 'Skip to image']]}
      actions={detail === undefined ? null : <Download run={detail.run} side={side} />}
    >
      {problem !== null && <ProblemState error={problem} onRetry={retry} />}
      {detail !== undefined && <Image detail={detail} side={side} search={search} />}
    </Page>
  );
}

/** Digest of a side's image. */
export function imageOf(run: Run, side: Side): string | null {
  return side === 'after'
    ? run.current.image
    : side === 'before'
      ? run.ref.image
      : (run.diff.image ?? run.diff.forgivenMask);
}

function Download({ run, side }: { run: Run; side: Side }) {
  const sha1 = imageOf(run, side);
  if (sha1 === null) return null;
  const name = shortName(run.name).replaceAll(/[^\p{L}\p{N}._-]+/gu, '-');
  return (
    <a className="button small" href={imageAddress(run.buildId, sha1)} download={`${name}-${side}`}>
      Download
    </a>
  );
}

function Image({ detail, side, search }: { detail: RunDetail; side: Side; search: SideSearch }) {
  const engine = useViewerEngine();
  const navigate = useNavigate();
  const [isPlain, setPlain] = useState(false);
  const { run } = detail;
  const images = useMemo(() => singleImages(detail), [detail]);
  const words = useMemo(() => stageWords(detail, images), [detail, images]);
  const key = images?.key ?? null;

  const show = useEffectEvent(() => engine.show(images, { ...startOf(search), view: side }));
  useLayoutEffect(() => show(), [engine, key]);
  useLayoutEffect(() => engine.setView(side), [engine, side]);
  const view = useViewer(engine, (state) => state.view);
  const follow = useEffectEvent(() => {
    const next = sides.find((each) => each === view);
    if (next === undefined || next === side || engine.images?.key !== key) return;
    void navigate({ to: '/image', search: { ...runSearchOf(search), type: next }, replace: true });
  });
  useEffect(() => follow(), [view]);

  const sayRegion = (index: number | null) => {
    if (index !== null) announce(`Region ${index + 1} of ${images?.regions.length ?? 0}`);
  };
  useViewerKeys(engine, sayRegion);
  useShortcuts('Look', [
    { keys: ['1', '2', '3'], shown: '1 2 3', does: 'before, diff, after' },
    { keys: ['f'], does: 'flip before → diff → after' },
  ]);
  useShortcuts('Zoom and pan', zoomShortcuts);

  const sha1 = imageOf(run, side);
  if (images === null || sha1 === null)
    return (
      <Message icon="info" title="Image not found.">
        <p>
          {side === 'diff' ? 'There are no differences, or nothing was compared.' : 'It was not captured.'}
        </p>
      </Message>
    );
  return (
    <div className="image-page">
      <ViewerToolbar
        engine={engine}
        onRegion={sayRegion}
        end={
          <button
            type="button"
            className="tool"
            aria-pressed={isPlain}
            title="The file itself, in an image element"
            onClick={() => setPlain(!isPlain)}
          >
            Plain image
          </button>
        }
      />
      {isPlain ? (
        <div className="image-plain" tabIndex={0} role="group" aria-label="Plain image">
          <img src={imageAddress(run.buildId, sha1)} alt={words.describe(side)} />
        </div>
      ) : (
        <Stage engine={engine} words={words} onRegion={sayRegion} />
      )}
      <PixelColours engine={engine} />
    </div>
  );
}

/** The run's images, one at a time; two that are the same file are both listed. */
function singleImages(detail: RunDetail) {
  const images = runImages(detail);
  return images === null ? null : { ...images, key: `single ${images.key}`, only: sides, aligned: null };
}
