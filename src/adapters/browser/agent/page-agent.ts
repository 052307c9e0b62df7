/**
 * What runs inside every captured page, from before its first script: keeps the page hidden until it is ready, detects
 * when it is quiet, stops motion, and measures. Each file of this folder adds one piece to the object that all share.
 */

import { installBackgroundWork } from './background-work.ts';
import { installDrawing } from './drawing.ts';
import { installDrawings, type Drawings } from './drawings.ts';
import { installFixedRandom } from './fixed-random.ts';
import { installFrozenPerformance } from './frozen-performance.ts';
import { installFrozenTime } from './frozen-time.ts';
import { installGeometry, type Geometry } from './geometry.ts';
import { installHiding, type Hiding } from './hiding.ts';
import { installImages } from './images.ts';
import { installMasks, type Masks } from './masks.ts';
import { installPageClock, type ClockOptions, type PageClock } from './page-clock.ts';
import { installQuiet, type Quiet } from './quiet.ts';
import { installScrollEffects, type ScrollEffects } from './scroll-effects.ts';
import { installScrolling, type Scrolling } from './scrolling.ts';
import { installSelectors, type Selectors } from './selectors.ts';
import { installStillness, type Stillness } from './stillness.ts';
import { installStyleSheets, type StyleSheets } from './style-sheets.ts';
import { installTree, type Tree } from './tree.ts';
import { installVisibleParts, type VisibleParts } from './visible-part.ts';
import { installUnreadAnswers } from './unread-answers.ts';
import { installWholePage, type WholePage } from './whole-page.ts';
import { installWorkerWatch } from './worker-watch.ts';

/** The object that all pieces share: `__dpxdt` of the page's window. */
export interface PageAgent
  extends
    Tree,
    Selectors,
    StyleSheets,
    Quiet,
    Scrolling,
    ScrollEffects,
    WholePage,
    Stillness,
    Drawings,
    Hiding,
    VisibleParts,
    Masks,
    Geometry {
  clock: PageClock;
  /** Whether this is the page itself, not a frame in it. */
  isTop: boolean;
  /** The document that it was installed in; the window of a new frame stays when its first document arrives. */
  document: Document;
  /** Installs the agent in the document that the window has now. */
  renew(): void;
}

/** A piece is sent to the page as text, so it uses nothing from outside itself but the shared object. */
const pieces: readonly ((agent: PageAgent) => void)[] = [
  installTree,
  installSelectors,
  installStyleSheets,
  installDrawing,
  installQuiet,
  installScrollEffects,
  installScrolling,
  installWholePage,
  installImages,
  installStillness,
  installDrawings,
  installHiding,
  installVisibleParts,
  installMasks,
  installGeometry,
];

/** A worker that has not begun lacks its timers until its interface is first named. */
const firstOfWorker = 'globalThis.WorkerGlobalScope;';

/** The script that installs the page clock in a page, frame or worker, once. */
export function pageClockSource(options: ClockOptions): string {
  const parts = [
    installPageClock,
    installBackgroundWork,
    installWorkerWatch,
    installFrozenTime,
    installFrozenPerformance,
    installFixedRandom,
    installUnreadAnswers,
  ];
  const installed = parts.map((part) => `(${String(part)})(options);`).join('');
  return `${firstOfWorker}((options)=>{${installed}})(${JSON.stringify(options)});`;
}

/** Whether a document has no page agent, as an expression. */
export const isAgentAbsent = 'window.__dpxdt?.document!==document';

/** The script that installs page clock and page agent in a document, once. */
export function pageAgentSource(options: ClockOptions): string {
  const shared = '{clock:window.__dpxdtClock,isTop:window.top===window,document,renew}';
  const installed = pieces.map((piece) => `(${String(piece)})(agent);`).join('');
  return (
    `${pageClockSource(options)}` +
    // In parentheses, V8 compiles it at once, not once to find its end and again to run it.
    `if(${isAgentAbsent}){const renew=(function(){const agent=${shared};${installed}` +
    `Object.defineProperty(window,'__dpxdt',{value:agent,configurable:true})});renew()}`
  );
}
