import type { PageAgent } from './page-agent.ts';

export interface Drawings {
  /** Shows other images in place of some: by their addresses, the addresses of the others. Resolves once they have loaded. */
  replaceImages(images: Readonly<Record<string, string>>): Promise<void>;
}

export function installDrawings(agent: PageAgent): void {
  const longestLoadMs = 2_000;
  const properties = ['background-image', 'mask-image', 'border-image-source', 'list-style-image'];

  const loaded = (image: HTMLImageElement): Promise<void> =>
    new Promise((resolve) => {
      image.addEventListener('load', () => resolve(), { once: true });
      image.addEventListener('error', () => resolve(), { once: true });
    });

  agent.replaceImages = async (images) => {
    if (Object.keys(images).length === 0) return;
    const loading: Promise<void>[] = [];
    const load = (url: string): void => {
      const image = new Image();
      loading.push(loaded(image));
      image.src = url;
    };
    const replaceOf = (image: HTMLImageElement, url: string): void => {
      loading.push(loaded(image));
      for (const source of image.parentElement?.querySelectorAll('source') ?? []) source.srcset = url;
      image.removeAttribute('srcset');
      image.src = url;
    };
    const replaceStyles = (element: HTMLElement): void => {
      const style = getComputedStyle(element);
      for (const property of properties) {
        const before = style.getPropertyValue(property);
        const after = before.replace(/url\("((?:[^"\\]|\\.)*)"\)/g, (whole, url: string) => {
          const other = images[url];
          if (other === undefined) return whole;
          load(other);
          return `url("${other}")`;
        });
        if (after !== before) element.style.setProperty(property, after, 'important');
      }
    };
    for (const root of agent.rootsOf(document, 'known')) {
      for (const element of root.querySelectorAll<HTMLElement>('*')) {
        const own = element instanceof HTMLImageElement ? images[element.currentSrc] : undefined;
        if (own !== undefined) replaceOf(element as HTMLImageElement, own);
        replaceStyles(element);
      }
    }
    await Promise.race([Promise.all(loading), agent.clock.sleep(longestLoadMs)]);
  };
}
