import { Outlet } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';
import { ShortcutsDialog } from '../keyboard/shortcuts-dialog.tsx';
import { useShortcuts } from '../keyboard/registry.ts';
import { onOpenShortcuts, openShortcuts } from './shortcuts.ts';
import { ToastArea } from './toast-area.tsx';

/** What stays while pages come and go. */
export function Frame(): ReactNode {
  const shortcuts = useRef<HTMLDialogElement>(null);
  useEffect(() => onOpenShortcuts(() => shortcuts.current?.showModal()), []);
  useShortcuts('Everywhere', [{ keys: ['?'], does: 'this list', run: openShortcuts }]);
  return (
    <>
      <Outlet />
      <ToastArea />
      <ShortcutsDialog ref={shortcuts} />
    </>
  );
}
