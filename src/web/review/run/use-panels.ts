import { useState } from 'react';
import { readSetting, writeSetting } from '../../kit/settings.ts';
import { useMatch } from '../../kit/use-match.ts';

/** `column`: next to the images. `sheet`: over them, until something is chosen. */
export type PanelState = 'off' | 'column' | 'sheet';

export interface Panels {
  list: PanelState;
  info: PanelState;
  /** In the place of the details. */
  comments: PanelState;
  toggleList: () => void;
  toggleInfo: () => void;
  toggleComments: () => void;
  /** @returns whether a panel was open */
  closeSheets: () => boolean;
}

/** The list and the details next to the images, or as sheets on narrow screens. The choice is kept on this device. */
export function usePanels(opensComments = false): Panels {
  const isNarrow = useMatch('(max-width: 56.25rem)');
  const isTight = useMatch('(max-width: 75rem)');
  const isWide = useMatch('(min-width: 100rem)');
  const [listOn, setListOn] = useState(() => readSetting('run-list') !== 'off');
  const [infoOn, setInfoOn] = useState(() => readSetting('run-info'));
  const [sheet, setSheet] = useState<'list' | 'info' | 'comments' | null>(opensComments ? 'comments' : null);
  const [commentsOn, setCommentsOn] = useState(opensComments);
  const hasInfo = !commentsOn && (infoOn === null ? isWide : infoOn === 'on');
  const stateOf = (name: 'list' | 'info' | 'comments', on: boolean): PanelState => {
    if (isNarrow) return sheet === name ? 'sheet' : 'off';
    return on ? 'column' : 'off';
  };
  // Beside both columns, the images would be slivers.
  const isCrowded = isTight && !isNarrow && (commentsOn || hasInfo);
  return {
    list: isCrowded ? 'off' : stateOf('list', listOn),
    info: stateOf('info', hasInfo),
    comments: stateOf('comments', commentsOn),
    toggleList: () => {
      if (isNarrow) return setSheet(sheet === 'list' ? null : 'list');
      const next = isCrowded || !listOn;
      if (isCrowded) {
        setCommentsOn(false);
        setInfoOn('off');
      }
      setListOn(next);
      writeSetting('run-list', next ? 'on' : 'off');
    },
    toggleInfo: () => {
      if (isNarrow) return setSheet(sheet === 'info' ? null : 'info');
      setCommentsOn(false);
      setInfoOn(hasInfo ? 'off' : 'on');
      writeSetting('run-info', hasInfo ? 'off' : 'on');
    },
    toggleComments: () => {
      if (isNarrow) return setSheet(sheet === 'comments' ? null : 'comments');
      setCommentsOn(!commentsOn);
    },
    closeSheets: () => {
      setSheet(null);
      return sheet !== null;
    },
  };
}
