import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { CommentSide } from '../../../domain/comments/comment-place.ts';
import { queries } from '../api/queries.ts';
import { useReleaseState, type Visit } from '../visit/visit.ts';
import type { TalkState, TalkStore } from '../visit/talk-store.ts';

/** Where a comment that is being written points. */
export interface DraftPlace {
  side: CommentSide;
  x: number;
  y: number;
}

/** Pointing at a place for a new comment. */
export interface Pointing {
  isPointing: boolean;
  place: DraftPlace | null;
  start: () => void;
  stop: () => void;
  pick: (place: DraftPlace | null) => void;
}

/** Whether it is not known yet who is looking: the tool keeps its place until then. */
export function useKeepsTalkPlace(buildId: number): boolean {
  return useQuery(queries.session(buildId)).data === undefined;
}

/** Whether the viewer is a member of the build, who may read and write comments. */
export function useMayComment(buildId: number): boolean {
  return useQuery(queries.session(buildId)).data?.build?.mayComment === true;
}

/** The comments of the visit's release, kept up to date for members. @param isOpen loads them even if there are none */
export function useTalk({ key, store, talk }: Visit, isOpen: boolean): TalkState {
  const mayComment = useMayComment(key.buildId);
  const version = useReleaseState(store).release?.commentsVersion ?? 0;
  useEffect(() => {
    if (mayComment && (version > 0 || isOpen)) void talk.read(version);
  }, [talk, mayComment, version, isOpen]);
  return useTalkState(talk);
}

function useTalkState(talk: TalkStore): TalkState {
  return useSyncExternalStore(talk.subscribe, () => talk.state);
}

/** Open threads of a run; re-renders only when that changes. */
export function useOpenThreads(talk: TalkStore, runId: number): number {
  return useSyncExternalStore(talk.subscribe, () => talk.openIn(runId));
}

/** @param runId another run ends the pointing */
export function usePointing(runId: number | null): Pointing {
  const [of, setOf] = useState<{ runId: number | null; isPointing: boolean; place: DraftPlace | null }>({
    runId,
    isPointing: false,
    place: null,
  });
  const now = of.runId === runId ? of : { runId, isPointing: false, place: null };
  return {
    isPointing: now.isPointing,
    place: now.place,
    start: () => setOf({ ...now, isPointing: true }),
    stop: () => setOf({ ...now, isPointing: false }),
    pick: (place) => setOf({ runId, isPointing: false, place }),
  };
}
