import type { PageAgent } from './page-agent.ts';

export interface Drawings {
  /** Shows other images in place of some: by their addresses, the addresses of the others. Resolves once they have loaded. */
  replaceImages(images: Readonly<Record<string, string>>): Promise<void>;
}

export function installDrawings(agent: PageAgent): void {
  const longestLoadMs = 2_000;
  const properties = ['background-image', 'mask-image', 'border-image-source', 'list-style-image', 'content'];
  const pseudoElements = ['::before', '::after', '::marker'];
  /** On elements whose pseudo-elements show other images: the number of their rules. */
  const mark = 'data-dpxdt-drawn';
  const strength = ':not(#\\#\\#)'.repeat(4);
  /** What was replaced in an element's pseudo-elements: rules by pseudo-element and property. */
  const replaced = new WeakMap<Element, Map<string, string>>();
  const ruleNumbers = new Map<string, number>();

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
    const replaceIn = (style: CSSStyleDeclaration, put: (property: string, value: string) => void): void => {
      for (const property of properties) {
        const before = style.getPropertyValue(property);
        const after = before.replace(/url\("((?:[^"\\]|\\.)*)"\)/g, (whole, url: string) => {
          const other = images[url];
          if (other === undefined) return whole;
          load(other);
          return `url("${other}")`;
        });
        if (after !== before) put(property, after);
      }
    };
    let rules = '';
    const replaceStyles = (element: HTMLElement | SVGElement): void => {
      replaceIn(getComputedStyle(element), (property, value) =>
        element.style.setProperty(property, value, 'important'),
      );
      const parts = replaced.get(element) ?? new Map<string, string>();
      let isNew = false;
      for (const pseudo of pseudoElements) {
        replaceIn(getComputedStyle(element, pseudo), (property, value) => {
          parts.set(`${pseudo} ${property}`, `${pseudo}{${property}:${value}!important}`);
          isNew = true;
        });
      }
      if (!isNew) return;
      replaced.set(element, parts);
      const key = [...parts.values()].join('');
      const number = ruleNumbers.get(key) ?? ruleNumbers.size;
      element.setAttribute(mark, String(number));
      if (ruleNumbers.has(key)) return;
      ruleNumbers.set(key, number);
      for (const rule of parts.values()) rules += `[${mark}="${number}"]${strength}${rule}`;
    };
    /** Elements other than `<img>` that show an image by an attribute. */
    const replaceAttribute = (element: Element): void => {
      const name =
        element instanceof SVGImageElement
          ? 'href'
          : element instanceof HTMLVideoElement
            ? 'poster'
            : element instanceof HTMLInputElement
              ? 'src'
              : null;
      const value =
        name === null ? null : (element.getAttribute(name) ?? element.getAttribute(`xlink:${name}`));
      if (name === null || value === null || !URL.canParse(value, document.baseURI)) return;
      const other = images[new URL(value, document.baseURI).href];
      if (other === undefined) return;
      load(other);
      element.setAttribute(name, other);
    };
    for (const root of agent.rootsOf(document, 'known')) {
      for (const element of root.querySelectorAll<HTMLElement>('*')) {
        const own = element instanceof HTMLImageElement ? images[element.currentSrc] : undefined;
        if (own !== undefined) replaceOf(element as HTMLImageElement, own);
        else replaceAttribute(element);
        replaceStyles(element);
      }
    }
    if (rules !== '') agent.addSheet(rules, 'everywhere');
    await Promise.race([Promise.all(loading), agent.clock.sleep(longestLoadMs)]);
  };
}
