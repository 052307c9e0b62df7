import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { placeIn } from '../../../domain/comments/comment-place.ts';
import { announce } from '../../kit/announcer.tsx';
import type { ViewerEngine } from '../../viewer/engine.ts';
import { PinCatcher, Pins, type Pin } from '../../viewer/pins.tsx';
import { pointOn } from '../../viewer/scene.ts';
import type { PaneKind } from '../../viewer/view-model.ts';
import { wholeNumber, type RunSearch } from '../address/addresses.ts';
import { CommentsPanel } from '../comments/comments-panel.tsx';
import { CommentsTool } from '../comments/comments-tool.tsx';
import type { Comment } from '../visit/talk-store.ts';
import { useMayComment, usePointing, useTalk } from '../comments/use-talk.ts';
import { actorName } from '../decisions/actor-name.ts';
import { toast } from '../frame/toasts.ts';
import { alignmentOf, imagesOf } from '../images/run-images.ts';
import type { RunRow } from '../runs/run-row.ts';
import type { Visit } from '../visit/visit.ts';
import type { Panels } from './use-panels.ts';
import type { RunDetail } from './use-run.ts';

interface Around {
  visit: Visit;
  detail: RunDetail | null;
  engine: ViewerEngine;
  row: RunRow | null;
  search: RunSearch;
  panels: Panels;
}

export interface RunTalk {
  mayComment: boolean;
  /** Opens the panel; with the number of open threads. */
  button: ReactNode;
  panel: ReactNode;
  /** Pins, and what catches the place for a new one. */
  overlay: ((kind: PaneKind) => ReactNode) | undefined;
}

/** Size of the box around a place that is shown, in image pixels. */
const shownAround = 200;

/** The comments of the open run, in the panel and as pins on its images. */
export function useRunTalk({ visit, detail, engine, row, search, panels }: Around): RunTalk {
  const mayComment = useMayComment(visit.key.buildId);
  const isOpen = panels.comments !== 'off';
  const { threads } = useTalk(visit, isOpen);
  const runId = row?.id ?? null;
  const pointing = usePointing(runId);
  const asked = wholeNumber(search.comments ?? '');
  const [chosenId, setChosen] = useState<number | null>(asked === 0 ? null : asked);
  const run = detail?.run.id === runId ? detail.run : null;
  const pins = useMemo(() => {
    if (run === null) return [];
    const { before, after } = imagesOf(run);
    const moves = alignmentOf(run);
    const shown = { before, after, moves: moves?.skipped === undefined ? (moves ?? null) : null };
    const placed = threads
      .filter(({ first }) => first.runId === run.id)
      .flatMap(({ first }) => {
        const place = first.place === null ? null : placeIn(first.place, shown);
        return place === null || (place.before === null && place.after === null) ? [] : [{ first, place }];
      });
    return placed.map(({ first, place }, index): Pin => pinOf(first, place, index + 1));
  }, [run, threads]);
  const chosen = threads.some(({ first }) => first.id === chosenId && first.runId === runId)
    ? chosenId
    : null;

  const choose = useCallback(
    (id: number) => {
      setChosen(id);
      const pin = pins.find((each) => each.id === id);
      const { scene, images } = engine;
      if (pin === undefined || scene === null) return;
      const side = images?.after === null || pin.after === null ? 'before' : 'after';
      const point = pin[side];
      if (point === null) return;
      const { x, y } = pointOn(scene, side, point);
      const half = shownAround / 2;
      engine.camera.goTo({
        left: x - half,
        top: y - half,
        width: shownAround,
        height: shownAround,
        changedPixels: 0,
      });
    },
    [pins, engine],
  );

  const { isPointing, pick } = pointing;
  const overlay = (kind: PaneKind) => (
    <>
      {pins.length > 0 && (
        <Pins
          engine={engine}
          kind={kind}
          pins={pins}
          chosen={chosen}
          onChoose={(id) => {
            setChosen(id);
            if (!isOpen) panels.toggleComments();
          }}
        />
      )}
      {isPointing && (
        <PinCatcher
          engine={engine}
          kind={kind}
          onMiss={() => toast('This image has nothing there.')}
          onPick={(side, point) => {
            pick({ side, ...point });
            announce(`Place ${point.x}, ${point.y} chosen.`);
          }}
        />
      )}
    </>
  );
  const open = threads.filter(({ first }) => first.runId === runId && first.resolvedAt === null).length;
  return {
    mayComment,
    button: mayComment && <CommentsTool count={open} isOpen={isOpen} onClick={panels.toggleComments} />,
    panel: mayComment && isOpen && row !== null && (
      <CommentsPanel
        visit={visit}
        run={row}
        pins={new Map(pins.map(({ id, number }) => [id, number]))}
        pointing={run === null || (run.current.image ?? run.ref.image) === null ? null : pointing}
        chosen={chosen}
        isSheet={panels.comments === 'sheet'}
        onChoose={(id) => {
          choose(id);
          panels.closeSheets();
        }}
        onClose={panels.toggleComments}
      />
    ),
    overlay: mayComment ? overlay : undefined,
  };
}

function pinOf(
  { id, author, resolvedAt }: Comment,
  { before, after }: Pick<Pin, 'before' | 'after'>,
  number: number,
): Pin {
  return { id, number, label: actorName(author), isDone: resolvedAt !== null, before, after };
}
