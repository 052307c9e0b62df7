/** Opens the help from anywhere: the frame registers how. */
let open: () => void = () => undefined;

export function openShortcuts(): void {
  open();
}

export function onOpenShortcuts(how: () => void): void {
  open = how;
}
