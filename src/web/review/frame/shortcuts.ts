/** Opens the shortcuts dialog from anywhere; the frame registers the opener. */
let open: () => void = () => undefined;

export function openShortcuts(): void {
  open();
}

export function onOpenShortcuts(how: () => void): void {
  open = how;
}
