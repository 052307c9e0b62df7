/** Flags about how pages are captured. Without what reads their values, so that help is fast. */

import type { Command } from 'commander';
import { captureDefaults, captureLimits } from '../../domain/capture/capture-config.ts';

export interface CaptureOptions {
  width?: string;
  height?: string;
  injectCss?: string;
  injectJs?: string;
  cookies?: string;
  httpUsername?: string;
  httpPassword?: string;
  captureConfig?: string;
  maxPixels?: string;
}

export const defaultSize = { width: 1280, height: 1024 };

/** Adds the flags; the values are read with `readCaptureOptions`. */
export function withCaptureOptions(command: Command): Command {
  return withMaxPixels(command)
    .option('--width <px>', `width of the viewport (default: ${defaultSize.width})`)
    .option('--height <px>', `height of the viewport (default: ${defaultSize.height})`)
    .option('--inject-css <css>', 'CSS to inject into every page before the screenshot')
    .option('--inject-js <js>', 'JavaScript to run in every page before the screenshot')
    .option('--cookies <file>', 'JSON or YAML file with the list of cookies to send')
    .option('--http-username <name>', 'user name for HTTP Basic')
    .option('--http-password <text>', 'password for HTTP Basic')
    .option(
      '--capture-config <file>',
      'JSON or YAML file with a capture config; the flags above override it',
    );
}

/** Adds the flag for pages above the pixel limit; its value is read with `readMaxPixels`. */
export function withMaxPixels(command: Command): Command {
  return command.option(
    '--max-pixels <n>',
    `largest screenshot, in device pixels (default: ${captureDefaults.maxPixels}, at most ${captureLimits.maxPixels})`,
  );
}
