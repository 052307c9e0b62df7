/** The list of pages scrolls to the open page. On narrow screens, where lists cover the text, a choice closes them. */
export function setUpNavigation(): void {
  const pages = document.querySelector<HTMLElement>('.pages')!;
  showCurrent(pages);
  pages.addEventListener('toggle', () => showCurrent(pages));
  for (const panel of document.querySelectorAll<HTMLElement>('[popover]')) {
    panel.addEventListener('click', ({ target }) => {
      if (target instanceof HTMLAnchorElement && panel.matches(':popover-open')) panel.hidePopover();
    });
  }
}

function showCurrent(panel: HTMLElement): void {
  const current = panel.querySelector('[aria-current]');
  if (current === null) return;
  const below = current.getBoundingClientRect().bottom - panel.getBoundingClientRect().bottom;
  if (below > 0) panel.scrollTop += below + panel.clientHeight / 2;
}
