/** Opens the palette dialog from anywhere; the frame registers the opener. */
let open: () => void = () => undefined;

export function openPalette(): void {
  open();
}

export function onOpenPalette(how: () => void): void {
  open = how;
}
