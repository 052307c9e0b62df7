/** What tests ask the run page and the pages beside it. */

import type { Page } from 'playwright-core';

export const blue = [29, 78, 216, 255];
export const red = [185, 28, 28, 255];

export const panes = (page: Page) => page.$$eval('.pane', (all) => all.map((pane) => pane.dataset['kind']));
export const zoom = (page: Page) => page.locator('.zoom').innerText();
export const middleOf = (page: Page, pane: number) =>
  page
    .locator(`canvas[data-pane="${pane}"]`)
    .evaluate((canvas) => ({ x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 }));
export const hasRed = (page: Page) =>
  page.locator('canvas[data-pane="0"]').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < data.length; at += 4)
      if (data[at] === 185 && data[at + 1] === 28 && data[at + 2] === 28) return true;
    return false;
  });
export const shown = (page: Page, name: string) =>
  page.waitForFunction((name) => new URLSearchParams(location.search).get('test') === name, name);
export const rowOf = (page: Page, name: string) => page.locator(`.run-row[href$="test=${name}"]`);
/** Until so many different images have been fetched, with those that are fetched ahead. */
export const fetched = (page: Page, count: number) =>
  page.waitForFunction(
    (count) =>
      new Set(
        performance
          .getEntriesByType('resource')
          .map(({ name }) => name)
          .filter((name) => name.includes('/api/download')),
      ).size >= count,
    count,
  );
export const decisionBar = (page: Page) => page.locator('.decision-bar').innerText();
