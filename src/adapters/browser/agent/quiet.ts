import type { PageAgent } from './page-agent.ts';

interface QuietOptions {
  /** The document must not have changed for this long. */
  windowMs: number;
  /** Give up after this long. */
  capMs: number;
  /** Wait for timers this long, if that is longer. */
  timerCapMs: number;
  /** Whether a worker that computes is waited for. */
  awaitsWorkers: boolean;
  /** Whether one that shares memory is, which may be waiting in it. */
  awaitsSharing: boolean;
}

export interface QuietResult {
  quiet: boolean;
  /** What was still in progress when it gave up. */
  busy: string[];
  /** How long it took, without the time in which the page did not get to run. */
  spentMs: number;
  /** Whether it was quiet before, too. */
  wasQuiet: boolean;
  /** Whether the page has frames of other origins, which must be asked by themselves. */
  hasForeignFrames: boolean;
  /** How many shared workers the page has started. */
  sharedWorkers: number;
  /** A worker had not answered yet, whatever else was in progress. */
  computing: boolean;
  /** Workers may wait in shared memory, which looks like computing. */
  sharesMemory: boolean;
  /** A worker sent so many messages that the latest were held. */
  holdsMessages: boolean;
}

export interface Quiet {
  quiet(options: QuietOptions): Promise<QuietResult>;
  /** Those of this document and of frames of the same origin. */
  agents(): PageAgent[];
  busy(): string[];
  /** `now()` of the last change in the document and in frames of the same origin. */
  lastChange(): number;
  /**
   * Whether anything changed since then, in the document or in frames of the same origin; frames of other origins may always
   * have changed.
   *
   * @param at `now()` of then
   */
  hasChangedSince(at: number): boolean;
  /** Whether the document was drawn twice since its last change, and nothing is to be drawn any more. */
  isDrawn(): boolean;
  /** Two frames must be drawn from now on before the document counts as quiet. */
  needFrames(): void;
  /** Lets timers run that are held, in frames of the same origin too; `false` holds those that are left. */
  release(isReleased: boolean): void;
}

export function installQuiet(agent: PageAgent): void {
  const { now, sleep, pending, drawn, lastMessage, noteChange, timerLimitMs } = agent.clock;
  /** Frames that must be drawn after a change: the first shows it, the second what observers make of it. */
  const neededFrames = 2;
  /** Messages are waited for this long: some pages never stop sending them. */
  const messagesMs = 2_000;
  /** What a browser may take to begin to load the page that a refresh leads to. */
  const refreshSlackMs = 1_000;
  /** A worker that computes is asked in slices. */
  const askedWorkersMs = 250;
  const observed = new WeakSet<Node>();
  const observer = new MutationObserver(noteChange);
  const observe = (root: Node): void => {
    if (observed.has(root)) return;
    observed.add(root);
    observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
  };
  observe(document);
  const prototype = Element.prototype as {
    attachShadow: (this: Element, how: ShadowRootInit) => ShadowRoot;
  };
  const attach = prototype.attachShadow;
  prototype.attachShadow = function attachShadow(this: Element, how: ShadowRootInit): ShadowRoot {
    const root = attach.call(this, how);
    observe(root);
    return root;
  };

  let hasForeignFrames = false;
  const agents = (): PageAgent[] => {
    hasForeignFrames = false;
    const found: PageAgent[] = [agent];
    const add = (scope: Window): void => {
      for (let i = 0; i < scope.frames.length; i++) {
        try {
          const inner = scope.frames[i] as Window & { __dpxdt?: PageAgent };
          if (inner.__dpxdt?.document !== inner.document) inner.__dpxdt?.renew();
          if (inner.__dpxdt !== undefined) found.push(inner.__dpxdt);
          add(inner);
        } catch {
          hasForeignFrames = true;
        }
      }
    };
    add(window);
    return found;
  };
  agent.agents = agents;

  /** When the document was first asked, complete: about then, the browser began to count. */
  let refreshFrom: number | undefined;
  /** A `<meta http-equiv="refresh">` that leads elsewhere is as a timer. One that loads the page again never ends. */
  const awaitsRefresh = (): boolean => {
    if (!agent.isTop || document.readyState !== 'complete') return false;
    refreshFrom ??= now();
    const { content = '' } = document.querySelector<HTMLMetaElement>('meta[http-equiv="refresh" i]') ?? {};
    const [, seconds, url] = /^\s*(\d*\.?\d*)[\s;,]*(?:url\s*=)?\s*["']?(.*?)["']?\s*$/is.exec(content) ?? [];
    if (url === undefined || url === '' || !URL.canParse(url, document.baseURI)) return false;
    const leadsElsewhere = new URL(url, document.baseURI).href !== location.href;
    const dueMs = Number(seconds) * 1_000;
    return leadsElsewhere && dueMs <= timerLimitMs && now() - refreshFrom < dueMs + refreshSlackMs;
  };
  agent.busy = () => {
    const found = pending();
    if (awaitsRefresh()) found.push('timers are pending');
    if (document.fonts.status === 'loading') found.push('fonts are loading');
    for (const inner of agents().slice(1)) found.push(...inner.clock.pending());
    return found;
  };
  const timeShift = (inner: PageAgent): number => now() - inner.clock.now();
  agent.lastChange = () =>
    Math.max(...agents().map((inner) => inner.clock.lastChange() + (inner === agent ? 0 : timeShift(inner))));
  agent.hasChangedSince = (at) => agent.lastChange() >= at || hasForeignFrames;
  agent.release = (isReleased) => {
    for (const inner of agents()) inner.clock.release(isReleased);
  };
  /** What lasts this long is none of the short works that endless movement consists of. */
  const longWorkMs = 1_000;
  const isWorking = (sinceMs?: number): boolean => agents().some((inner) => inner.clock.isWorking!(sinceMs));
  /** Waits until the browser has done what the page asked of it. */
  const awaitWork = async (): Promise<'none' | 'idle' | 'computing'> => {
    if (!isWorking()) return 'none';
    const end = now() + askedWorkersMs;
    while (isWorking()) {
      if (now() > end) return 'computing';
      await sleep(5);
    }
    return 'idle';
  };
  const askWorkers = async (awaitsSharing: boolean): Promise<'none' | 'idle' | 'computing'> => {
    const asked = await Promise.all(
      agents().map((inner) => inner.clock.askWorkers!(askedWorkersMs, awaitsSharing)),
    );
    return asked.includes('computing') ? 'computing' : asked.includes('idle') ? 'idle' : 'none';
  };

  /** Frames still to be drawn after the change at `framesSince`. */
  let framesLeft = 0;
  let framesSince = -Infinity;
  let counting: Promise<void> | undefined;
  const countFrames = async (): Promise<void> => {
    while (framesLeft > 0) {
      await drawn();
      framesLeft--;
    }
    counting = undefined;
  };
  const needFrames = (since: number): void => {
    framesSince = since;
    framesLeft = neededFrames;
    counting ??= countFrames();
  };
  // Before anyone asks, so that less is left to be waited for.
  if (agent.isTop) window.addEventListener('load', () => agent.needFrames());
  agent.needFrames = () => needFrames(now());
  agent.isDrawn = () => framesLeft === 0 && agent.lastChange() - framesSince <= 1;

  agent.quiet = async ({ windowMs, capMs, timerCapMs, awaitsWorkers, awaitsSharing }) => {
    for (const root of agent.rootsOf(document, 'known')) observe(root);
    let spentMs = 0;
    let rounds = 0;
    // A sandbox without scripts runs no timers, and nothing moves in it by script.
    const isScriptless = matchMedia('(scripting: none)').matches;
    let computing = false;
    const ended = (reasons: string[]): QuietResult => ({
      quiet: reasons.length === 0,
      busy: [...new Set(reasons)],
      spentMs,
      wasQuiet: rounds === 1,
      hasForeignFrames,
      sharedWorkers: agents().reduce((sum, inner) => sum + (inner.clock.sharedWorkers?.() ?? 0), 0),
      computing,
      sharesMemory: agents().some((inner) => inner.clock.sharesMemory?.() === true),
      holdsMessages: agents().some((inner) => inner.clock.holdsMessages?.() === true),
    });
    if (isScriptless) return { ...ended([]), wasQuiet: true };
    for (;;) {
      rounds++;
      const changedAt = agent.lastChange();
      const messagedAt = spentMs < messagesMs ? lastMessage() : -Infinity;
      // Browsers draw no frames in frames that are out of sight.
      if (agent.isTop && changedAt - framesSince > 1) needFrames(changedAt);
      const reasons = agent.busy();
      const isTimed = reasons.includes('timers are pending');
      const stillFor = now() - Math.max(changedAt, messagedAt);
      if (stillFor < windowMs) reasons.push('the document keeps changing');
      if (framesLeft > 0) reasons.push('no frame has been drawn');
      if (reasons.length === 0) {
        const before = now();
        const work = await awaitWork();
        const workers = work === 'none' ? await askWorkers(awaitsSharing) : work;
        if (workers === 'none') break;
        computing = workers === 'computing';
        if (computing) return ended(awaitsWorkers ? ['a worker computes'] : []);
        spentMs += Math.min(now() - before, 25);
        const isNew = work === 'idle' || Math.max(agent.lastChange(), lastMessage()) >= before;
        if (!isNew && agent.busy().length === 0) break;
        if (spentMs >= capMs) break;
        continue;
      }
      if (spentMs >= capMs && !(isTimed && spentMs < timerCapMs)) {
        computing = isWorking(longWorkMs) || (await askWorkers(awaitsSharing)) === 'computing';
        return ended(reasons);
      }
      const isUndrawn = counting !== undefined && reasons.length === 1 && framesLeft > 0;
      const waitMs = isUndrawn ? 25 : Math.max(4, Math.min(windowMs - stillFor, 25));
      const before = now();
      await (isUndrawn ? Promise.race([sleep(waitMs), counting]) : sleep(waitMs));
      spentMs += Math.min(now() - before, waitMs + 8);
    }
    return ended([]);
  };
}
