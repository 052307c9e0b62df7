/** Stored logs. Their content comes from pages and programs and is only ever shown as text. */

import { queryOptions } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { imageAddress } from '../images/image-addresses.ts';
import { withoutControls } from './without-controls.ts';

/** Display limit; the download is complete. */
const maxShownBytes = 1_048_576;

interface LogText {
  text: string;
  /** Whether only the first {@link maxShownBytes} are loaded. */
  isCut: boolean;
}

/** Where the whole file can be downloaded. */
export const logAddress = imageAddress;

/** A stored log; immutable. */
export function logQuery(buildId: number, sha1: string | null) {
  return queryOptions({
    queryKey: ['log', buildId, sha1],
    staleTime: Infinity,
    enabled: sha1 !== null,
    queryFn: ({ signal }) => fetchLog(buildId, sha1!, signal),
  });
}

/** @throws AppError, or the signal's reason */
async function fetchLog(buildId: number, sha1sum: string, signal: AbortSignal): Promise<LogText> {
  const { body } = await api.download({ buildId, sha1sum }, { signal });
  return readStart(body);
}

async function readStart(body: ReadableStream<Uint8Array>): Promise<LogText> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const room = maxShownBytes - bytes;
    if (value.length > room) {
      text += decoder.decode(value.subarray(0, room));
      await reader.cancel();
      return { text: withoutControls(text), isCut: true };
    }
    bytes += value.length;
    text += decoder.decode(value, { stream: true });
  }
  return { text: withoutControls(text + decoder.decode()), isCut: false };
}
