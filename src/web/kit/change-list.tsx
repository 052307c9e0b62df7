import type { Alignment } from '../../domain/comparison/alignment.ts';
import { changeBox, changeSize, changeTitle } from '../../domain/comparison/alignment-heading.ts';
import { toldChanges } from '../../domain/comparison/moved-parts.ts';
import { nameDetails } from '../../domain/dom/name-words.ts';
import './change-list.css';
import { Section } from './details-panel.tsx';
import { plural } from './format.ts';
import { visibleText } from './middle-cut.tsx';
import { StateMark } from './state-mark.tsx';

interface ChangesProps {
  alignment: Alignment;
  /** Index of the change that the viewer shows. */
  current: number | null;
  onChange: (index: number) => void;
  /** What was decided about a change, by its fingerprint. */
  verdicts?: ReadonlyMap<string, 'none' | 'approved' | 'rejected'>;
}

/** What changed apart from moving: kind, size, place, and the element where it is known. Clicking one goes there. */
export function Changes({ alignment, current, onChange, verdicts }: ChangesProps) {
  const changes = toldChanges(alignment.changes);
  const unlisted = alignment.changeCount - alignment.changes.length;
  return (
    <Section title={`Changes · ${(changes.length + unlisted).toLocaleString('en-US')}`} open>
      {changes.length === 0 && <p className="muted">Nothing changed apart from moving.</p>}
      {unlisted > 0 && <p className="muted">The biggest {plural(changes.length, 'change')} are listed.</p>}
      <ol className="changes">
        {changes.map((change, index) => {
          const { left, top } = changeBox(change);
          const { name } = change;
          const verdict = verdicts?.get(change.fingerprint) ?? 'none';
          return (
            <li key={index}>
              <button
                type="button"
                aria-current={current === index ? 'true' : undefined}
                onClick={() => onChange(index)}
              >
                <span className="muted tabular">{index + 1}</span>
                <span>
                  <span className="change-kind">{changeTitle(change)}</span>{' '}
                  <span className="muted tabular">
                    {changeSize(change)} at {left.toLocaleString('en-US')}, {top.toLocaleString('en-US')}
                  </span>
                  {verdict !== 'none' && (
                    <>
                      {' '}
                      <StateMark state={verdict} word={verdict === 'approved' ? 'Approved' : 'Rejected'} />
                    </>
                  )}
                </span>
                {name !== undefined && (
                  <span className="change-name">
                    <bdi>{visibleText(name.selector)}</bdi>
                  </span>
                )}
                {name !== undefined &&
                  nameDetails(name).map((detail) => (
                    <span key={detail} className="muted text-12">
                      <bdi>{detail}</bdi>
                    </span>
                  ))}
              </button>
            </li>
          );
        })}
      </ol>
    </Section>
  );
}
