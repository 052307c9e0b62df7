import type { PageAgent } from './page-agent.ts';

export interface StyleSheets {
  /** Adds a style sheet that works under any content security policy. */
  addSheet(css: string, where: 'document' | 'everywhere'): void;
  /** Adds the style sheet of the config. */
  injectCss(css: string): void;
  /** Adds the sheets again that the page has dropped, and to shadow trees that are new. */
  keepSheets(): void;
  /** Shows the page, which has been hidden since its first script. */
  show(): void;
}

export function installStyleSheets(agent: PageAgent): void {
  const sheet = (css: string): CSSStyleSheet => {
    const made = new CSSStyleSheet();
    made.replaceSync(css);
    return made;
  };
  const steady = sheet(
    '*,*::before,*::after{caret-color:transparent!important}html{scroll-behavior:auto!important}',
  );
  const hidden = sheet(':root{opacity:0!important}');
  const added: CSSStyleSheet[] = agent.isTop ? [steady, hidden] : [steady];
  const addedEverywhere: CSSStyleSheet[] = [];

  const keep = (root: Document | ShadowRoot, wanted: readonly CSSStyleSheet[]): void => {
    const present = root.adoptedStyleSheets;
    const missing = wanted.filter((one) => !present.includes(one));
    if (missing.length > 0) root.adoptedStyleSheets = [...present, ...missing];
  };

  agent.keepSheets = () => {
    keep(document, [...added, ...addedEverywhere]);
    for (const root of agent.rootsOf(document, 'known').slice(1)) {
      // The caret's color is inherited, except where the tree itself sets it.
      const steadying = root.activeElement === null ? [] : [steady];
      keep(root, [...steadying, ...addedEverywhere]);
    }
  };
  keep(document, added);

  agent.addSheet = (css, where) => {
    (where === 'document' ? added : addedEverywhere).push(sheet(css));
    agent.keepSheets();
  };

  agent.injectCss = (css) => {
    agent.addSheet(css, 'document');
    if (/@import\b/i.test(css)) {
      // Constructed sheets ignore @import; a style element loads it if the page's policy allows.
      const style = document.createElement('style');
      style.textContent = css;
      document.documentElement.append(style);
    }
  };

  agent.show = () => {
    const index = added.indexOf(hidden);
    if (index !== -1) added.splice(index, 1);
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== hidden);
  };
}
