import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { onOpenPalette, openPalette } from '../frame/palette-opening.ts';
import { useShortcuts } from '../keyboard/registry.ts';

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));

/** The command palette of every page; loaded when it is first opened. */
export function PaletteHost(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => onOpenPalette(() => setOpen(true)), []);
  useShortcuts('Everywhere', [
    { keys: ['Ctrl+K'], shown: 'Ctrl or ⌘ K', does: 'go to or do anything', run: openPalette },
  ]);
  if (!isOpen) return null;
  return (
    <Suspense fallback={null}>
      <Palette onClose={() => setOpen(false)} />
    </Suspense>
  );
}
