import { maxIncompleteParts, type IncompletePart } from '../../domain/capture/capture.ts';

/** What of a page did not load: the first of it, and how much it is in all. */
export interface Incomplete {
  /** At most 50, in the order in which they failed. */
  parts: IncompletePart[];
  /** Different addresses, also beyond those in `parts`. */
  count: number;
}

/** A part of a document: the frame that asked for it, the document in that frame, and where it is. */
export interface PartAddress {
  /** Undefined for what a worker asked for. */
  frameId: string | undefined;
  /** Names the document in the frame; for a frame's document itself, that document. */
  loaderId: string;
  url: string;
}

interface MissingPart extends PartAddress {
  why: string;
  isDocument: boolean;
}

/** What is remembered; a page that loses more has long been called incomplete. */
const maxRemembered = 5_000;
const maxUrlCharacters = 2_048;
const maxWhyCharacters = 300;

/**
 * The parts of a page that failed. What belonged to a document that is no longer there, because its frame went on or
 * went away, is forgotten: the image does not lack it.
 */
export class MissingParts {
  readonly #missing = new Map<string, MissingPart>();
  readonly #parents = new Map<string, string>();

  onFrameAttached(frameId: string, parentFrameId: string): void {
    this.#parents.set(frameId, parentFrameId);
  }

  onFrameDetached(frameId: string): void {
    this.#forget((part) => this.#isWithin(part.frameId, frameId));
    this.#parents.delete(frameId);
  }

  /** @param isErrorPage the browser's own page, in place of a document that could not be had */
  onNavigated(frame: { frameId: string; loaderId: string; isMain: boolean; isErrorPage: boolean }): void {
    const { frameId, loaderId, isMain, isErrorPage } = frame;
    this.#forget((part) => {
      if (part.frameId === frameId) return isErrorPage ? !part.isDocument : part.loaderId !== loaderId;
      return isMain || this.#isWithin(part.frameId, frameId);
    });
  }

  onFailed(part: PartAddress, why: string, isDocument: boolean): void {
    const key = keyOf(part);
    if (this.#missing.size >= maxRemembered && !this.#missing.has(key)) return;
    this.#missing.set(key, { ...part, why, isDocument });
  }

  /** A second try may have brought what failed at first. */
  onArrived(part: PartAddress): void {
    this.#missing.delete(keyOf(part));
  }

  /**
   * @param open what is still on its way, beside what failed
   * @param masked hides secrets in a text
   */
  list(open: readonly (PartAddress & { why: string })[], masked: (text: string) => string): Incomplete {
    const byUrl = new Map<string, string>();
    for (const { url, why } of [...this.#missing.values(), ...open]) {
      if (!byUrl.has(url)) byUrl.set(url, why);
    }
    const parts = [...byUrl].slice(0, maxIncompleteParts).map(([url, why]) => ({
      // Masked before it is cut, so that no secret is cut in two.
      url: masked(url.slice(0, 4 * maxUrlCharacters)).slice(0, maxUrlCharacters),
      why: masked(why).slice(0, maxWhyCharacters),
    }));
    return { parts, count: byUrl.size };
  }

  #forget(isGone: (part: MissingPart) => boolean): void {
    for (const [key, part] of this.#missing) if (isGone(part)) this.#missing.delete(key);
  }

  /** Whether a frame is this one or somewhere below it. */
  #isWithin(frameId: string | undefined, ancestor: string): boolean {
    for (let id = frameId; id !== undefined; id = this.#parents.get(id)) if (id === ancestor) return true;
    return false;
  }
}

function keyOf({ frameId, loaderId, url }: PartAddress): string {
  return `${frameId ?? ''} ${loaderId} ${url}`;
}
