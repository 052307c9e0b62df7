import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Icon } from '../../kit/icon.tsx';
import { useShortcuts } from '../keyboard/registry.ts';
import { isReviewable, isUndecided, stateOf } from '../runs/run-row.ts';
import { runStateIcons, runStateWords } from '../runs/run-states.ts';
import { familiesOf, variantLabel } from '../runs/variants.ts';
import { useReleaseState, useRow, type Visit } from '../visit/visit.ts';
import type { RunsSearch } from './list-search.ts';
import './variant-tabs.css';

const none: readonly number[] = [];

interface VariantTabsProps {
  visit: Visit;
  id: number;
  search: RunsSearch;
  mayReview: boolean;
  onOpen: (id: number) => void;
}

/** The variants of the open run's page, each with its state, over the panes; nothing where there is only one. */
export function VariantTabs({ visit, id, search, mayReview, onOpen }: VariantTabsProps) {
  const { store, decisions } = visit;
  const { order, counts } = useReleaseState(store);
  const families = useMemo(() => familiesOf(order, (each) => store.row(each)), [order, store]);
  const ids = families.get(id)?.ids ?? none;
  const step = (by: 1 | -1) => () => {
    const next = ids[(ids.indexOf(id) + by + ids.length) % ids.length];
    if (next !== undefined) onOpen(next);
  };
  useShortcuts(
    'Move',
    ids.length < 2
      ? []
      : [
          { keys: ['v'], does: 'next variant of this page', run: step(1) },
          { keys: ['Shift+V'], does: 'previous variant of this page', run: step(-1) },
        ],
  );
  // Counted anew with every decision.
  const open = useMemo(
    () =>
      counts.total === 0
        ? []
        : ids.filter((each) => {
            const row = store.row(each);
            return row !== undefined && isReviewable(row) && isUndecided(row);
          }),
    [ids, store, counts],
  );
  if (ids.length < 2) return null;
  return (
    <div className="variant-tabs line">
      <ul aria-label="Variants of this page">
        {ids.map((each) => (
          <VariantTab
            key={each}
            visit={visit}
            id={each}
            isCurrent={each === id}
            search={search}
            onOpen={onOpen}
          />
        ))}
      </ul>
      {mayReview && open.length > 1 && (
        <button
          type="button"
          className="tool variant-all"
          title="One decision for every undecided variant of this page"
          onClick={() => decisions.judge(open, 'approved')}
        >
          Approve all {open.length}
        </button>
      )}
    </div>
  );
}

function VariantTab({
  visit,
  id,
  isCurrent,
  search,
  onOpen,
}: Omit<VariantTabsProps, 'mayReview'> & { isCurrent: boolean }) {
  const row = useRow(visit.store, id);
  if (row === undefined) return null;
  const state = stateOf(row);
  return (
    <li>
      <Link
        to="/run"
        search={{ ...search, test: row.name }}
        replace
        preload={false}
        className="variant-tab line"
        data-state={state}
        aria-current={isCurrent ? 'true' : undefined}
        title={`${variantLabel(row.name)}: ${runStateWords[state]} (V: the next)`}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
          event.preventDefault();
          onOpen(id);
        }}
      >
        <Icon name={runStateIcons[state]} size={11} />
        <span>{variantLabel(row.name)}</span>
        <span className="visually-hidden">, {runStateWords[state]}</span>
      </Link>
    </li>
  );
}
