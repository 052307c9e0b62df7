import { Outlet } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode, type Ref } from 'react';
import { ShortcutsDialog } from '../../kit/shortcuts-dialog.tsx';
import { useShortcuts, useShownShortcuts } from '../keyboard/registry.ts';
import { onOpenShortcuts, openShortcuts } from './shortcuts.ts';
import { ToastArea } from './toast-area.tsx';

/** The frame that persists across pages. */
export function Frame(): ReactNode {
  const shortcuts = useRef<HTMLDialogElement>(null);
  useEffect(() => onOpenShortcuts(() => shortcuts.current?.showModal()), []);
  useShortcuts('Everywhere', [{ keys: ['?'], does: 'this list', run: openShortcuts }]);
  return (
    <>
      <Outlet />
      <ToastArea />
      <Help ref={shortcuts} />
    </>
  );
}

/** Separate, so that registering a key re-renders nothing else. */
function Help({ ref }: { ref: Ref<HTMLDialogElement> }): ReactNode {
  return <ShortcutsDialog ref={ref} groups={useShownShortcuts()} />;
}
