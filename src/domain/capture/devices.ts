/** The devices that `device` names. Size, scale, touch and user agent are theirs; the engine stays Chromium. */

import { deviceTable } from './device-table.ts';

export interface Device {
  /** CSS pixels of the window, without the browser's bars. */
  viewportSize: { width: number; height: number };
  /** CSS pixels of the whole screen. */
  screenSize: { width: number; height: number };
  deviceScaleFactor: number;
  /** Laid out by its `meta viewport`, as on a phone or tablet. */
  isMobile: boolean;
  hasTouch: boolean;
  userAgent: string;
}

let table: Map<string, Device> | undefined;

/** A device by its name, such as `iPhone 15` or `iPad Mini landscape`; undefined if there is none. */
export function findDevice(name: string): Device | undefined {
  return devices().get(name);
}

/** In the order of Playwright's list, each followed by its landscape. */
export function deviceNames(): string[] {
  return [...devices().keys()];
}

function devices(): Map<string, Device> {
  table ??= new Map(deviceTable.trim().split('\n').flatMap(read));
  return table;
}

function read(line: string): [string, Device][] {
  const [name, portrait, landscape, screen, scale, flags, userAgent] = line.split('|') as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const device: Device = {
    viewportSize: readSize(portrait),
    screenSize: readSize(screen),
    deviceScaleFactor: Number(scale),
    isMobile: flags.includes('mobile'),
    hasTouch: flags.includes('touch'),
    userAgent,
  };
  if (landscape === '') return [[name, device]];
  const { width, height } = device.screenSize;
  const turned = {
    ...device,
    viewportSize: readSize(landscape),
    screenSize: { width: height, height: width },
  };
  return [
    [name, device],
    [`${name} landscape`, turned],
  ];
}

function readSize(text: string): { width: number; height: number } {
  const [width, height] = text.split('x').map(Number);
  return { width: width!, height: height! };
}
