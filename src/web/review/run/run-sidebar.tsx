import { Sidebar } from '../../kit/sidebar.tsx';
import { lateWords } from '../runs/release-words.ts';
import type { LateRuns, ReleaseStore } from '../runs/release-store.ts';
import type { ViewSection } from '../runs/release-view.ts';
import type { Folded } from '../runs/variants.ts';
import type { RunsSearch } from './list-search.ts';
import { RunList } from './run-list.tsx';

interface RunSidebarProps {
  buildId: number;
  store: ReleaseStore;
  sections: readonly ViewSection[];
  /** The runs of a row with several variants. */
  members: Folded['members'];
  /** Runs that are listed, each variant by itself. */
  count: number;
  late: LateRuns;
  current: number | null;
  search: RunsSearch;
  /** Text of the filter field. */
  text: string;
  /** Whether filters of the release page are active. */
  isFiltered: boolean;
  /** A full-screen sheet instead of a column. */
  isSheet: boolean;
  onText: (text: string) => void;
  onUnfilter: () => void;
  onOpen: (id: number) => void;
  onClose: () => void;
}

/** The runs of the release, next to the images. */
export function RunSidebar(props: RunSidebarProps) {
  const { store, late, count, isSheet, text, isFiltered, onText, onUnfilter, onClose } = props;
  const lateText = lateWords(late);
  return (
    <Sidebar
      label="Runs"
      widthSetting="run-list-width"
      isSheet={isSheet}
      search={{ value: text, label: 'Filter runs by name', placeholder: 'Filter', onChange: onText }}
      notes={
        <>
          {isFiltered && (
            <button type="button" className="link sidebar-note" onClick={onUnfilter}>
              Filtered: {count.toLocaleString('en-US')} of {store.size.toLocaleString('en-US')}. Show all
            </button>
          )}
          {lateText !== null && (
            <button type="button" className="sidebar-news text-12" onClick={() => store.takeOrder()}>
              {lateText} · Show
            </button>
          )}
        </>
      }
      onClose={onClose}
    >
      {(scroller) =>
        count === 0 ? (
          <p className="sidebar-empty muted">
            No runs match{text === '' ? '' : ` ‘${text}’`}.{' '}
            <button type="button" className="link" onClick={onUnfilter}>
              Clear filter
            </button>
          </p>
        ) : (
          <RunList {...props} scroller={scroller} />
        )
      }
    </Sidebar>
  );
}
