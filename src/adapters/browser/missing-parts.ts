import { maxIncompleteParts, type IncompletePart } from '../../domain/capture/capture.ts';

/** The parts of a page that did not load: the first ones, and the total. */
export interface Incomplete {
  /** At most 50, in the order in which they failed. */
  parts: IncompletePart[];
  /** Distinct addresses, including those beyond `parts`. */
  count: number;
}

/** A part of a document: the frame that requested it, the document in that frame, and its address. */
export interface PartAddress {
  /** Undefined for requests of workers. */
  frameId: string | undefined;
  /** Id of the document in the frame; for a frame's document itself, of that document. */
  loaderId: string;
  url: string;
}

interface MissingPart extends PartAddress {
  why: string;
  isDocument: boolean;
}

/** Limit of remembered parts; a page that loses more is incomplete anyway. */
const maxRemembered = 5_000;
const maxUrlCharacters = 2_048;
const maxWhyCharacters = 300;

/**
 * The parts of a page that failed. Parts of a document that no longer exists, because its frame navigated or was removed,
 * are forgotten: the image does not lack them.
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

  /** @param isErrorPage the browser's error page, in place of a document that could not be loaded */
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

  /** A retry may have loaded what failed at first. */
  onArrived(part: PartAddress): void {
    this.#missing.delete(keyOf(part));
  }

  /**
   * @param open requests in progress, in addition to those that failed
   * @param masked hides secrets in a text
   */
  list(open: readonly (PartAddress & { why: string })[], masked: (text: string) => string): Incomplete {
    const byUrl = new Map<string, string>();
    for (const { url, why } of [...this.#missing.values(), ...open]) {
      if (!byUrl.has(url)) byUrl.set(url, why);
    }
    const parts = [...byUrl].slice(0, maxIncompleteParts).map(([url, why]) => ({
      // Masked before it is cut, so that no secret is split.
      url: masked(url.slice(0, 4 * maxUrlCharacters)).slice(0, maxUrlCharacters),
      why: masked(why).slice(0, maxWhyCharacters),
    }));
    return { parts, count: byUrl.size };
  }

  #forget(isGone: (part: MissingPart) => boolean): void {
    for (const [key, part] of this.#missing) if (isGone(part)) this.#missing.delete(key);
  }

  /** Whether a frame is this one or a descendant of it. */
  #isWithin(frameId: string | undefined, ancestor: string): boolean {
    for (let id = frameId; id !== undefined; id = this.#parents.get(id)) if (id === ancestor) return true;
    return false;
  }
}

function keyOf({ frameId, loaderId, url }: PartAddress): string {
  return `${frameId ?? ''} ${loaderId} ${url}`;
}
