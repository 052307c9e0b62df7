import type { Readable, Writable } from 'node:stream';
import type { CdpWire } from './cdp-connection.ts';

/**
 * A pair of pipes (`--remote-debugging-pipe`): messages end with a zero byte. No port is opened, so no page can reach it.
 */
export function pipeWire(output: Writable, input: Readable): CdpWire {
  return {
    send: (text) => void output.write(`${text}\0`),
    listen(onMessage, onEnd) {
      let chunks: Buffer[] = [];
      input.on('data', (chunk: Buffer) => {
        let start = 0;
        for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, start)) {
          chunks.push(chunk.subarray(start, end));
          const text = Buffer.concat(chunks).toString('utf8');
          chunks = [];
          start = end + 1;
          onMessage(text);
        }
        if (start < chunk.length) chunks.push(chunk.subarray(start));
      });
      input.on('error', onEnd);
      input.on('close', onEnd);
      output.on('error', onEnd);
    },
  };
}
