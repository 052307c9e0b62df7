import { Fact, Facts, Section, WebAddress } from '../../kit/details-panel.tsx';
import { formatAgo, formatDuration, plural } from '../../kit/format.ts';
import { RunLinks } from './run-links.tsx';
import type { RunsSearch } from './list-search.ts';
import type { RunDetail } from './use-run.ts';

/** How one side was captured. */
export function Capture({
  detail: { run },
  side,
  search,
}: {
  detail: RunDetail;
  side: 'before' | 'after';
  search: RunsSearch;
}) {
  const slot = side === 'after' ? run.current : run.ref;
  if (slot.url === null && slot.image === null && slot.log === null) return null;
  const { facts } = slot;
  const at = new Date(run.createdAt);
  return (
    <Section title={side === 'after' ? 'Capture' : 'Capture of the baseline'} open={side === 'after'}>
      <Facts>
        {slot.url !== null && (
          <Fact name="URL">
            <WebAddress url={slot.url} />
          </Fact>
        )}
        {facts === null && slot.image !== null && <Fact name="Taken by">a client</Fact>}
        {facts !== null && (
          <>
            <Fact name="Browser">{facts.browserVersion}</Fact>
            <Fact name="Screenshots">
              {facts.settled
                ? `${plural(facts.shots, 'screenshot')} until two were equal`
                : `${plural(facts.shots, 'screenshot')}, no two in a row equal`}
            </Fact>
            <Fact name="Took">{formatDuration(facts.durationMs)}</Fact>
            {facts.stages.map(({ name, durationMs }) => (
              <Fact key={name} name={`· ${name}`}>
                {formatDuration(durationMs)}
              </Fact>
            ))}
          </>
        )}
        {slot.requests > 1 && <Fact name="Asked for">{plural(slot.requests, 'time')}</Fact>}
        {side === 'after' && (
          <Fact name="Requested">
            <time dateTime={at.toISOString()} title={at.toLocaleString()}>
              {formatAgo(at, new Date())}
            </time>
          </Fact>
        )}
      </Facts>
      <RunLinks
        run={run.name}
        search={search}
        type={side}
        hasLog={slot.log !== null}
        hasImage={slot.image !== null}
        hasConfig={slot.config !== null}
      />
    </Section>
  );
}
