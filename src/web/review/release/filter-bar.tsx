import type { CSSProperties, RefObject } from 'react';
import { Icon, type IconName } from '../../ui/icons.tsx';
import type { RunCounts } from './counts.ts';
import { groupings, runFilters, type Grouping, type RunFilter, type ViewRequest } from './release-view.ts';

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
};

const groupingWords: Record<Grouping, string> = {
  none: 'Not grouped',
  prefix: 'By name prefix',
  places: 'By same places',
};

interface FilterBarProps {
  counts: RunCounts | null;
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
  const { counts, request, layout, search, onFilters, onText, onGrouping, onLayout } = props;
  const { filters, text, grouping } = request;
  const toggle = (filter: RunFilter) =>
    onFilters(
      filters.includes(filter)
        ? filters.filter((each) => each !== filter)
        : runFilters.filter((each) => each === filter || filters.includes(each)),
    );
  // Most releases have none; then there is nothing to ask for.
  const shown = runFilters.filter(
    (filter) => filter !== 'forgiven' || (counts?.forgiven ?? 0) > 0 || filters.includes(filter),
  );
  return (
    <div
      className="filter-bar"
      style={{ '--count-width': `${(counts?.total ?? 0).toLocaleString('en-US').length}ch` } as CSSProperties}
    >
      <div className="filter-chips" role="group" aria-label="Show only">
        {shown.map((filter) => (
          <button
            key={filter}
            type="button"
            className="count-chip"
            data-state={filter}
            title={filter === 'forgiven' ? 'Same, with forgiven pixels' : undefined}
            data-none={counts?.[filter] === 0 || undefined}
            aria-pressed={filters.includes(filter)}
            disabled={counts === null}
            onClick={() => toggle(filter)}
          >
            <Icon name={filterIcons[filter]} size={12} />
            <span className="tabular">
              {counts === null ? '–' : counts[filter].toLocaleString('en-US')}
            </span>{' '}
            {filterWords[filter]}
          </button>
        ))}
      </div>
      <label className="search">
        <Icon name="search" />
        <input
          ref={search}
          type="search"
          placeholder="Search names"
          aria-label="Search names"
          aria-keyshortcuts="/"
          title="Search names (/)"
          value={text}
          onChange={(event) => onText(event.target.value)}
        />
      </label>
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
  );
}
