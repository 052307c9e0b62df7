import { useNavigate } from '@tanstack/react-router';
import { flushSync } from 'react-dom';
import { useShortcuts } from '../keyboard/registry.ts';
import type { ViewerEngine } from '../../viewer/engine.ts';
import type { RunSearch } from '../address/addresses.ts';
import { listSearch } from './list-search.ts';
import type { Panels } from './use-panels.ts';
import type { RunActions } from './use-run-actions.ts';
import { viewerShortcuts, zoomShortcuts } from './viewer-shortcuts.ts';

interface Keys {
  engine: ViewerEngine;
  actions: RunActions;
  panels: Panels;
  search: RunSearch;
  /** Whether the run is still loading: there is nothing to decide about yet. */
  isLoading: boolean;
  mayComment: boolean;
}

/** All keys of the run page; those of the viewer are only listed. */
export function useRunKeys({ engine, actions, panels, search, isLoading, mayComment }: Keys): void {
  const navigate = useNavigate();
  const up = () => {
    const { id, name, number } = search;
    void navigate({ to: '/release', search: { ...listSearch(search), id, name, number } });
  };
  const filter = () => {
    if (panels.list === 'off') flushSync(() => panels.toggleList());
    document.querySelector<HTMLInputElement>('.sidebar input')?.focus();
  };
  const leave = () => {
    const { activeElement } = document;
    if (panels.closeSheets()) return;
    if (activeElement instanceof HTMLInputElement || activeElement instanceof HTMLTextAreaElement)
      activeElement.blur();
    else if (engine.state().view === 'blink') engine.setView('side');
    else up();
  };

  useShortcuts('Move', [
    { keys: ['j'], does: 'next run', run: () => actions.step(1) },
    { keys: ['k'], does: 'previous run', run: () => actions.step(-1) },
    { keys: ['Shift+J'], does: 'next run that needs a decision', run: () => actions.stepUndecided(1) },
    { keys: ['Shift+K'], does: 'previous run that needs a decision', run: () => actions.stepUndecided(-1) },
    { keys: ['o', 'Enter'], does: 'open the image on its own page', run: () => actions.openPage('/image') },
    { keys: ['/'], does: 'filter the runs', run: filter },
    { keys: ['Escape'], does: 'close, clear, leave', run: leave },
  ]);
  useShortcuts('Look', viewerShortcuts);
  useShortcuts('Zoom and pan', zoomShortcuts);
  useShortcuts(
    'Decide',
    [
      {
        keys: ['y'],
        does: 'approve and go to the next undecided run; a failure: accept it',
        run: () => actions.judge('approved'),
      },
      { keys: ['n'], does: 'reject and go to the next undecided run', run: () => actions.judge('rejected') },
      {
        keys: ['e'],
        does: 'approve all runs with the same changes',
        run: () => actions.askSameChanges(),
      },
      { keys: ['Ctrl+Z'], shown: 'Ctrl or ⌘ Z', does: 'undo the last decision', run: () => actions.undo() },
      { keys: ['c'], does: 'copy a link to this view', run: () => actions.copyLink() },
    ],
    { isWaiting: isLoading },
  );
  useShortcuts('Panels', [
    { keys: ['i'], does: 'details', run: panels.toggleInfo },
    ...(mayComment ? [{ keys: ['Shift+C'], does: 'comments', run: panels.toggleComments }] : []),
    { keys: ['r'], does: 'list of runs', run: panels.toggleList },
    { keys: ['Shift+G'], does: 'changes of the release', run: () => actions.openChanges() },
    { keys: ['l'], does: 'log of this run', run: () => actions.openPage('/log') },
  ]);
}
