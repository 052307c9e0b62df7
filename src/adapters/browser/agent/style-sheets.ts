import type { PageAgent } from './page-agent.ts';

interface StyleOptions {
  injectCss: string | null;
  hideSelectors: string[];
  removeSelectors: string[];
}

export interface StyleSheets {
  /** Adds style sheets that work under any content security policy. Returns the selectors that match nothing. */
  addStyles(options: StyleOptions): string[];
  /** Adds the sheets again that the page has dropped. */
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

  agent.keepSheets = () => {
    const present = document.adoptedStyleSheets;
    const missing = added.filter((one) => !present.includes(one));
    if (missing.length > 0) document.adoptedStyleSheets = [...present, ...missing];
  };
  agent.keepSheets();

  agent.show = () => {
    const index = added.indexOf(hidden);
    if (index !== -1) added.splice(index, 1);
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== hidden);
  };

  agent.addStyles = (wanted) => {
    for (const selector of wanted.hideSelectors)
      added.push(sheet(`${selector}{visibility:hidden!important}`));
    for (const selector of wanted.removeSelectors) added.push(sheet(`${selector}{display:none!important}`));
    if (wanted.injectCss !== null) {
      added.push(sheet(wanted.injectCss));
      if (/@import\b/i.test(wanted.injectCss)) {
        // Constructed sheets ignore @import; a style element loads it if the page's policy allows.
        const style = document.createElement('style');
        style.textContent = wanted.injectCss;
        document.documentElement.append(style);
      }
    }
    agent.keepSheets();
    return [...wanted.hideSelectors, ...wanted.removeSelectors].filter(
      (selector) => document.querySelector(selector) === null,
    );
  };
}
