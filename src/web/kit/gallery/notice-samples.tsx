import { announce } from '../announcer.tsx';
import { Age } from '../age.tsx';
import { Banner } from '../banner.tsx';
import { CountBar } from '../count-bar.tsx';
import { CaptureWarnings } from '../capture-warnings.tsx';
import type { IconName } from '../icon.tsx';
import { Incomplete } from '../incomplete.tsx';
import { Message } from '../message.tsx';
import { MiddleCut } from '../middle-cut.tsx';
import { SkeletonRows } from '../skeleton.tsx';
import { StateMark } from '../state-mark.tsx';
import { Sample, SampleGroup } from './sample.tsx';

const states: readonly (readonly [state: string, icon: IconName, word: string])[] = [
  ['differs', 'differs', 'Differs'],
  ['approved', 'picked', 'Approved'],
  ['rejected', 'rejected', 'Rejected'],
  ['failed', 'failed', 'Failed'],
  ['new', 'new', 'New'],
  ['waiting', 'waiting', 'Waiting for screenshot'],
  ['same', 'same', 'Same'],
  ['updated', 'updated', 'Updated'],
  ['reviewing', 'differs', 'Ready for review'],
  ['good', 'picked', 'Good'],
  ['bad', 'failed', 'Bad'],
];

const aWhileAgo = Date.now() - 240_000;

/** States and messages. */
export function NoticeSamples() {
  return (
    <SampleGroup id="notices" title="States and messages">
      <Sample name="state-mark.tsx, states.css">
        {states.map(([state, icon, word]) => (
          <StateMark key={state} state={state} icon={icon} word={word} />
        ))}
      </Sample>
      <Sample name="count-bar.tsx">
        <CountBar
          counts={[
            ['differs', 3],
            ['failed', 1],
            ['approved', 4],
            ['new', 2],
            ['same', 20],
          ]}
        />
      </Sample>
      <Sample name="middle-cut.tsx, age.tsx">
        <span className="gallery-narrow">
          <MiddleCut text="/products/a-name-that-is-much-too-long-for-its-place@phone" />
        </span>
        <span className="muted">
          <Age at={aWhileAgo} />
        </span>
      </Sample>
      <Sample name="banner.tsx">
        <Banner
          action={
            <button type="button" className="button small">
              Retry
            </button>
          }
        >
          <strong>3 tests failed.</strong> The page returned an error (2) · The page crashed (1)
        </Banner>
        <Banner tone="plain">Read-only: only admins can change settings.</Banner>
      </Sample>
      <Sample name="incomplete.tsx, capture-notice.tsx">
        <Incomplete
          of=""
          count={3}
          parts={[
            { url: 'https://shop.example/logo.png', why: 'status 404' },
            { url: 'https://cdn.example/shop.css', why: 'was still open at the limit' },
          ]}
        />
      </Sample>
      <Sample name="capture-warnings.tsx">
        <CaptureWarnings
          of=""
          warnings={[
            {
              code: 'selector_unmatched',
              selector: '.cookie-banner',
              sentence: 'hideSelectors: nothing on the page matches ".cookie-banner".',
            },
            { code: 'blank', sentence: 'The screenshot has only one color.' },
          ]}
        />
      </Sample>
      <Sample name="message.tsx">
        <Message icon="search" title="Not found">
          <p>There is no page at this address.</p>
          <p className="message-actions">
            <a className="button" href="#notices">
              All builds
            </a>
          </p>
        </Message>
      </Sample>
      <Sample name="skeleton.tsx">
        <SkeletonRows rows={2} height={36} />
      </Sample>
      <Sample name="announcer.tsx">
        <button type="button" className="button" onClick={() => announce('Link copied.', { toast: true })}>
          Show a toast
        </button>
      </Sample>
    </SampleGroup>
  );
}
