/**
 * Writes `src/domain/capture/device-table.ts` from Playwright's list of devices: `node scripts/make-devices.ts`, after each
 * update of playwright-core.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { devices } from 'playwright-core';

interface Descriptor {
  viewport: { width: number; height: number };
  screen?: { width: number; height: number };
  deviceScaleFactor: number;
  isMobile: boolean;
  hasTouch: boolean;
  userAgent: string;
}

const { version } = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('playwright-core/package.json'), 'utf8'),
) as { version: string };

const size = ({ width, height }: { width: number; height: number }): string => `${width}x${height}`;

const known = devices as Record<string, Descriptor>;
const rows = Object.entries(known)
  .filter(([name]) => !name.endsWith(' landscape'))
  .map(([name, { viewport, screen, deviceScaleFactor, isMobile, hasTouch, userAgent }]) => {
    const landscape = known[`${name} landscape`];
    return [
      name,
      size(viewport),
      landscape === undefined ? '' : size(landscape.viewport),
      size(screen ?? viewport),
      String(deviceScaleFactor),
      [...(isMobile ? ['mobile'] : []), ...(hasTouch ? ['touch'] : [])].join(' '),
      userAgent,
    ];
  });
for (const field of rows.flat()) if (/[|`\\$\n]/.test(field)) throw new Error(`cannot be written: ${field}`);

writeFileSync(
  join(import.meta.dirname, '..', 'src', 'domain', 'capture', 'device-table.ts'),
  `/**
 * Made by \`node scripts/make-devices.ts\` from the list of devices of Playwright ${version}; do not edit.
 *
 * Copyright (c) Microsoft Corporation. Licensed under the Apache License, Version 2.0 (the "License"); you may not use
 * this file except in compliance with the License. You may obtain a copy of the License at
 * http://www.apache.org/licenses/LICENSE-2.0. Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either
 * express or implied. See the License for the specific language governing permissions and limitations under the License.
 * Changed: one line for a device and its landscape; what Depicted does not use is left out.
 */

/** Name, window, window in landscape (or nothing), screen, scale, \`mobile\` and \`touch\`, user agent. */
export const deviceTable = \`
${rows.map((row) => row.join('|')).join('\n')}
\`;
`,
);
process.stdout.write(`wrote ${rows.length} devices of Playwright ${version}\n`);
