/** Stored logs. Their content comes from pages and programs and is only ever shown as text. */

import { queryOptions } from '@tanstack/react-query';
import { ApiProblem } from '../api/problem.ts';
import { reportConnection } from '../api/connection.ts';
import { imageAddress } from '../images/image-addresses.ts';

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
    queryFn: ({ signal }) => fetchLog(logAddress(buildId, sha1!), signal),
  });
}

/** @throws ApiProblem, or the signal's reason */
async function fetchLog(address: string, signal: AbortSignal): Promise<LogText> {
  let response: Response;
  try {
    response = await fetch(address, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    reportConnection(false);
    throw new ApiProblem({ status: 0, code: 'unreachable', sentence: 'The server is not responding.' });
  }
  if (!response.ok) {
    throw new ApiProblem({
      status: response.status,
      code: 'log',
      sentence: `The log could not be loaded: the server responded with status ${response.status}.`,
    });
  }
  return readStart(response);
}

async function readStart(response: Response): Promise<LogText> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  while (reader !== undefined) {
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

/** Removes characters that would move, hide or reverse nearby text; keeps line ends and tabs. */
export function withoutControls(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '');
}
