import { readSetting, writeSetting } from '../kit/settings.ts';
import { opensAligned } from './scene.ts';
import type { ViewerImages } from './view-model.ts';

/** Whether moved parts of these images are aligned at first: as the user last chose on this device. */
export function startsAligned(images: ViewerImages): boolean {
  return opensAligned(images) && readSetting('aligned') !== 'off';
}

export function keepAligned(isAligned: boolean): void {
  writeSetting('aligned', isAligned ? 'on' : 'off');
}
