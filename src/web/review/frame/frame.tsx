import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode, type Ref } from 'react';
import { ShortcutsDialog } from '../../kit/shortcuts-dialog.tsx';
import { useShortcuts, useShownShortcuts } from '../keyboard/registry.ts';
import { onOpenPalette, openPalette } from './palette-opening.ts';
import { onOpenShortcuts, openShortcuts } from './shortcuts.ts';
import { ToastArea } from './toast-area.tsx';

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));

/** The frame that persists across pages. */
export function Frame(): ReactNode {
  const shortcuts = useRef<HTMLDialogElement>(null);
  useEffect(() => onOpenShortcuts(() => shortcuts.current?.showModal()), []);
  const [hasPalette, setPalette] = useState(false);
  useEffect(() => onOpenPalette(() => setPalette(true)), []);
  useShortcuts('Everywhere', [
    { keys: ['?'], does: 'this list', run: openShortcuts },
    { keys: ['Ctrl+K'], shown: 'Ctrl or ⌘ K', does: 'go to or do anything', run: openPalette },
  ]);
  return (
    <>
      <Outlet />
      <ToastArea />
      <Help ref={shortcuts} />
      {hasPalette && (
        <Suspense fallback={null}>
          <Palette onClose={() => setPalette(false)} />
        </Suspense>
      )}
    </>
  );
}

/** Separate, so that registering a key re-renders nothing else. */
function Help({ ref }: { ref: Ref<HTMLDialogElement> }): ReactNode {
  return <ShortcutsDialog ref={ref} groups={useShownShortcuts()} />;
}
