import { Detail, DetailList, Section, WebAddress } from '../../kit/details-panel.tsx';
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
  const { facts: details } = slot;
  const at = new Date(run.createdAt);
  return (
    <Section title={side === 'after' ? 'Capture' : 'Capture of the baseline'} open={side === 'after'}>
      <DetailList>
        {slot.url !== null && (
          <Detail name="URL">
            <WebAddress url={slot.url} />
          </Detail>
        )}
        {details === null && slot.image !== null && <Detail name="Taken by">a client</Detail>}
        {details !== null && (
          <>
            <Detail name="Browser">{details.browserVersion}</Detail>
            <Detail name="Screenshots">
              {details.settled
                ? `${plural(details.shots, 'screenshot')} until two were equal`
                : `${plural(details.shots, 'screenshot')}, no two in a row equal`}
            </Detail>
            <Detail name="Took">{formatDuration(details.durationMs)}</Detail>
            {details.stages.map(({ name, durationMs }) => (
              <Detail key={name} name={`· ${name}`}>
                {formatDuration(durationMs)}
              </Detail>
            ))}
          </>
        )}
        {slot.requests > 1 && <Detail name="Requested">{plural(slot.requests, 'time')}</Detail>}
        {side === 'after' && (
          <Detail name="Requested">
            <time dateTime={at.toISOString()} title={at.toLocaleString()}>
              {formatAgo(at, new Date())}
            </time>
          </Detail>
        )}
      </DetailList>
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
