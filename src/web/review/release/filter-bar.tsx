import type { CSSProperties, RefObject } from 'react';
import { Chip } from '../../kit/chip.tsx';
import { Icon, type IconName } from '../../kit/icon.tsx';
import { SearchField } from '../../kit/search-field.tsx';
import type { RunCounts } from '../runs/counts.ts';
import {
  groupings,
  runFilters,
  type Grouping,
  type RunFilter,
  type ViewRequest,
} from '../runs/release-view.ts';

const filterWords: Record<RunFilter, string> = {
  differs: 'differ',
  undecided: 'undecided',
  approved: 'approved',
  rejected: 'rejected',
  failed: 'failed',
  new: 'new',
  waiting: 'waiting',
  same: 'same',
  forgiven: 'forgiven',
  carried: 'taken over',
  missing: 'missing',
};

const filterIcons: Record<RunFilter, IconName> = {
  differs: 'differs',
  undecided: 'undecided',
  approved: 'picked',
  rejected: 'rejected',
  failed: 'failed',
  new: 'new',
  waiting: 'waiting',
  same: 'same',
  forgiven: 'same',
  carried: 'picked',
  missing: 'missing',
};

const groupingWords: Record<Grouping, string> = {
  none: 'Not grouped',
  prefix: 'By name prefix',
  places: 'By same changes',
};

const filterTitles: Partial<Record<RunFilter, string>> = {
  forgiven: 'Same, with forgiven pixels',
  carried: 'Decided earlier: the verdict was taken over from the same image or the same changes',
  missing: 'Pages of the baseline that this release does not have',
};

interface FilterBarProps {
  counts: (RunCounts & { missing: number }) | null;
  /** Whether any page is missing, confirmed ones included. */
  hasMissing: boolean;
  request: ViewRequest;
  layout: 'row' | 'card';
  search: RefObject<HTMLInputElement | null>;
  onFilters: (filters: RunFilter[]) => void;
  onText: (text: string) => void;
  onGrouping: (grouping: Grouping) => void;
  onLayout: (layout: 'row' | 'card') => void;
}

/** Counts as filters, search, grouping, list or grid. */
export function FilterBar(props: FilterBarProps) {
  const { counts, hasMissing, request, layout, search, onFilters, onText, onGrouping, onLayout } = props;
  const { filters, text, grouping } = request;
  const toggle = (filter: RunFilter) =>
    onFilters(
      filters.includes(filter)
        ? filters.filter((each) => each !== filter)
        : runFilters.filter((each) => each === filter || filters.includes(each)),
    );
  // Most releases have none of them.
  const isRare = {
    forgiven: (counts?.forgiven ?? 0) === 0,
    carried: (counts?.carried ?? 0) === 0,
    missing: !hasMissing,
  };
  const shown = runFilters.filter(
    (filter) => filters.includes(filter) || (filter in isRare ? !isRare[filter as 'missing'] : true),
  );
  return (
    <div
      className="filter-bar line"
      style={
        {
          '--count-width': `${Math.max(2, (counts?.total ?? 0).toLocaleString('en-US').length)}ch`,
        } as CSSProperties
      }
    >
      <div className="chips" role="group" aria-label="Show only">
        {shown.map((filter) => (
          <Chip
            key={filter}
            className="count-chip"
            title={filterTitles[filter]}
            state={filter}
            icon={filterIcons[filter]}
            count={counts?.[filter] ?? '–'}
            pressed={filters.includes(filter)}
            disabled={counts === null}
            onClick={() => toggle(filter)}
          >
            {filterWords[filter]}
          </Chip>
        ))}
      </div>
      <div className="filter-tools line">
        <SearchField
          ref={search}
          value={text}
          label="Search names"
          placeholder="Search"
          title="Search names (/)"
          onChange={onText}
        />
        <select
          className="field grouping"
          aria-label="Group"
          value={grouping}
          onChange={(event) => onGrouping(groupings.find((each) => each === event.target.value) ?? 'none')}
        >
          {groupings.map((each) => (
            <option key={each} value={each}>
              {groupingWords[each]}
            </option>
          ))}
        </select>
        <div className="layout-switch" role="group" aria-label="Show as">
          {(['row', 'card'] as const).map((each) => (
            <button
              key={each}
              type="button"
              className="tool"
              aria-pressed={layout === each}
              aria-label={each === 'row' ? 'List' : 'Grid'}
              aria-keyshortcuts="G"
              title={each === 'row' ? 'List (G)' : 'Grid (G)'}
              onClick={() => onLayout(each)}
            >
              <Icon name={each === 'row' ? 'list' : 'grid'} />
            </button>
          ))}
        </div>
      </div>
    </div>
  );
}
