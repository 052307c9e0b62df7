import { useState } from 'react';
import { readSetting, writeSetting } from '../../kit/settings.ts';
import { useMatch } from '../../kit/use-match.ts';

/** `column`: next to the images. `sheet`: over them, until something is chosen. */
export type PanelState = 'off' | 'column' | 'sheet';

export interface Panels {
  list: PanelState;
  info: PanelState;
  toggleList: () => void;
  toggleInfo: () => void;
  /** @returns whether a panel was open */
  closeSheets: () => boolean;
}

/** The list and the details next to the images, or as sheets on narrow screens. The choice is kept on this device. */
export function usePanels(): Panels {
  const isNarrow = useMatch('(max-width: 900px)');
  const isWide = useMatch('(min-width: 1600px)');
  const [listOn, setListOn] = useState(() => readSetting('run-list') !== 'off');
  const [infoOn, setInfoOn] = useState(() => readSetting('run-info'));
  const [sheet, setSheet] = useState<'list' | 'info' | null>(null);
  const hasInfo = infoOn === null ? isWide : infoOn === 'on';
  const stateOf = (name: 'list' | 'info', on: boolean): PanelState => {
    if (isNarrow) return sheet === name ? 'sheet' : 'off';
    return on ? 'column' : 'off';
  };
  return {
    list: stateOf('list', listOn),
    info: stateOf('info', hasInfo),
    toggleList: () => {
      if (isNarrow) return setSheet(sheet === 'list' ? null : 'list');
      setListOn(!listOn);
      writeSetting('run-list', listOn ? 'off' : 'on');
    },
    toggleInfo: () => {
      if (isNarrow) return setSheet(sheet === 'info' ? null : 'info');
      setInfoOn(hasInfo ? 'off' : 'on');
      writeSetting('run-info', hasInfo ? 'off' : 'on');
    },
    closeSheets: () => {
      setSheet(null);
      return sheet !== null;
    },
  };
}
