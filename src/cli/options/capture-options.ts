/** Reads flags about how pages are captured, for the tools that ask the server for captures. */

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseFannedConfig } from '../../contract/fanned-config.ts';
import { findDevice } from '../../domain/capture/devices.ts';
import type { FannedConfig } from '../../domain/capture/fan-out.ts';
import { captureLimits, type CaptureConfig } from '../../domain/capture/capture-config.ts';
import { AppError } from '../../base/errors.ts';
import { parseYaml } from '../../local/yaml-document.ts';
import { defaultSize, type CaptureOptions } from './capture-flags.ts';

/** @throws AppError `invalid_argument` that names the flag */
export function readMaxPixels({
  maxPixels,
}: Pick<CaptureOptions, 'maxPixels'>): Pick<CaptureConfig, 'maxPixels'> {
  if (maxPixels === undefined) return {};
  const count = /^[1-9]\d{0,9}$/.test(maxPixels) ? Number(maxPixels) : Infinity;
  if (count <= captureLimits.maxPixels) return { maxPixels: count };
  throw new AppError(
    'invalid_argument',
    `--max-pixels must be a number from 1 to ${captureLimits.maxPixels}, such as 100000000, got "${maxPixels.slice(0, 60)}".`,
  );
}

/**
 * The capture config that the flags describe.
 *
 * @throws AppError `config_invalid` | `invalid_argument` that names the flag or the file
 */
export async function readCaptureOptions(
  options: CaptureOptions,
  currentFolder: string,
): Promise<FannedConfig> {
  const base = await readConfigFile(options.captureConfig, currentFolder);
  return checked({
    ...base,
    ...sizeOf(options, base),
    ...(options.injectCss !== undefined && { injectCss: options.injectCss }),
    ...(options.injectJs !== undefined && { injectJs: options.injectJs }),
    ...(options.cookies !== undefined && {
      cookies: await readFileOf('--cookies', options.cookies, currentFolder),
    }),
    ...(options.httpUsername !== undefined && { httpUserName: options.httpUsername }),
    ...(options.httpPassword !== undefined && { httpPassword: options.httpPassword }),
    ...readMaxPixels(options),
  });
}

/** The window that the flags describe, if the config has no list of them. */
function sizeOf(
  { width, height }: CaptureOptions,
  { viewports, device, viewportSize }: FannedConfig,
): Pick<CaptureConfig, 'viewportSize'> {
  const isAsked = width !== undefined || height !== undefined;
  if (isAsked && viewports !== undefined) {
    throw new AppError(
      'invalid_argument',
      '--width and --height do not fit a capture config with "viewports": keep one of the two.',
    );
  }
  if (!isAsked && (viewports !== undefined || device !== undefined)) return {};
  const usual =
    viewportSize ?? (device === undefined ? undefined : findDevice(device)?.viewportSize) ?? defaultSize;
  return {
    viewportSize: {
      width: readPixels('--width', width, usual.width),
      height: readPixels('--height', height, usual.height),
    },
  };
}

async function readConfigFile(file: string | undefined, currentFolder: string): Promise<FannedConfig> {
  if (file === undefined) return {};
  const value = await readFileOf('--capture-config', file, currentFolder);
  try {
    return parseFannedConfig(value);
  } catch (error) {
    throw error instanceof AppError ? new AppError(error.code, `${file}: ${error.message}`) : error;
  }
}

async function readFileOf(flag: string, file: string, currentFolder: string): Promise<unknown> {
  const text = await readFile(resolve(currentFolder, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new AppError('invalid_argument', `${flag}: the file "${file}" cannot be read (${error.code}).`);
  });
  return parseYaml(text, file).value;
}

function readPixels(flag: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new AppError(
    'invalid_argument',
    `${flag} must be a number of pixels, such as 1280, got "${text.slice(0, 60)}".`,
  );
}

function checked(config: object): FannedConfig {
  try {
    return parseFannedConfig(config);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, `The capture flags do not fit: ${error.message}`);
  }
}
