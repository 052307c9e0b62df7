import type { CaptureOutcome, NamedShot } from '../../domain/capture/capture.ts';
import type { CaptureEngine } from '../../domain/capture/environment.ts';
import { onlyColorOf } from '../../image/one-color.ts';
import type { CaptureRequest } from '../../ports/capturer.ts';
import { CaptureLog } from './capture-log.ts';
import { ConnectionClosedError, ProtocolError } from './cdp-connection.ts';
import { ScriptThrew } from './evaluate.ts';
import { BrowserUnfit, CaptureFailed } from './failures.ts';
import { shownFields, type CapturedDocument } from './captured-document.ts';
import { StageTimes } from './stage-times.ts';

/** A captured page, and the browser that captured it, for example `Chromium 156.0.8078.79`. */
export interface Captured {
  document: CapturedDocument;
  version: string;
  engine: CaptureEngine;
}

interface CaptureWork {
  /** The checked address. */
  url: string;
  log: CaptureLog;
  onStage: (stage: string) => void;
  /** Takes the further screenshots of the visit, also those before a failure. */
  onNamed: (named: readonly NamedShot[]) => void;
}

/**
 * What becomes of a capture: whatever fails because of the page or its browser is data.
 *
 * @throws whatever `work` throws that is no reason of a capture
 */
export async function outcomeOf(
  request: CaptureRequest,
  allowFileUrls: boolean,
  work: (work: CaptureWork) => Promise<Captured>,
): Promise<CaptureOutcome> {
  const start = performance.now();
  const log = new CaptureLog(request.config);
  const stages = new StageTimes(request.onStage);
  let named: readonly NamedShot[] = [];
  try {
    const url = checkedUrl(request.url, allowFileUrls);
    if (request.signal?.aborted === true) throw canceled();
    const { document, version, engine } = await work({
      url,
      log,
      onStage: stages.enter,
      onNamed: (taken) => (named = taken),
    });
    const shown = shownFields(document);
    const { image, width, height, shots, settled } = shown;
    if (!settled) {
      log.warn({
        code: 'unsettled',
        sentence: `The page never settled: no two of ${shots} screenshots in a row were equal, so the last one was used.`,
      });
    }
    const onlyColor = await onlyColorOf(image);
    if (onlyColor !== null) {
      log.warn({
        code: 'blank',
        sentence: `The screenshot has only one color, ${onlyColor}: the page may be empty, or not ready yet.`,
      });
    }
    log.add(
      'result',
      `captured ${width} × ${height} after ${shots} screenshots, ${settled ? 'settled' : 'not settled'}`,
    );
    return {
      ok: true,
      ...shown,
      named,
      warnings: log.warnings,
      log: log.toString(),
      durationMs: performance.now() - start,
      stages: stages.ended(),
      browserVersion: version,
      engine,
    };
  } catch (error) {
    const reason = failureOf(error);
    if (reason === undefined) throw error;
    const message = log.masked(reason.failure.message);
    log.add('result', `failed: ${reason.failure.reason}: ${message}`);
    return {
      ok: false,
      failure: { ...reason.failure, message },
      ...(reason.incomplete === undefined
        ? {}
        : { incomplete: reason.incomplete.parts, incompleteCount: reason.incomplete.count }),
      ...(reason.image === undefined ? {} : { image: reason.image }),
      ...(named.length === 0 ? {} : { named }),
      log: log.toString(),
      durationMs: performance.now() - start,
    };
  }
}

function failureOf(error: unknown): CaptureFailed | undefined {
  if (error instanceof CaptureFailed) return error;
  if (error instanceof ConnectionClosedError) {
    return new CaptureFailed('page_crashed', 'The browser ended while it worked on this page.');
  }
  if (error instanceof BrowserUnfit || error instanceof ProtocolError) {
    return new CaptureFailed('page_crashed', `The browser does not work: ${error.message}.`);
  }
  if (error instanceof ScriptThrew) {
    return new CaptureFailed('script_error', `The page cannot be prepared: ${error.message}.`);
  }
  return undefined;
}

export function canceled(): CaptureFailed {
  return new CaptureFailed('capture_timeout', 'The capture was canceled.');
}

function checkedUrl(text: string, allowFileUrls: boolean): string {
  const allowed = allowFileUrls ? ['http:', 'https:', 'file:'] : ['http:', 'https:'];
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && allowed.includes(url.protocol)) return url.href;
  const schemes = allowFileUrls ? 'http, https and file' : 'http and https';
  throw new CaptureFailed(
    'url_not_allowed',
    url === undefined
      ? `"${text}" is not an address. Write it whole, such as http://localhost:8000/.`
      : `Only ${schemes} addresses can be captured; got "${url.protocol}//".`.replace('//"', '"'),
  );
}
