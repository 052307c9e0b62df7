import { useState } from 'react';
import { DecisionBar, RegionStepper, StepButtons } from '../decision-bar.tsx';
import { DetailsPanel, Detail, DetailList, Section, WebAddress } from '../details-panel.tsx';
import type { Alignment } from '../../../domain/comparison/alignment.ts';
import { Changes } from '../change-list.tsx';
import { Icon, type IconName } from '../icon.tsx';
import { ItemList } from '../item-list.tsx';
import { MiddleCut } from '../middle-cut.tsx';
import { RegionList } from '../region-list.tsx';
import { Sidebar } from '../sidebar.tsx';
import { StateMark } from '../state-mark.tsx';
import { useMatch } from '../use-match.ts';
import { Sample, SampleGroup } from './sample.tsx';
import '../thumbnail.css';
import '../viewer-screen.css';

const place = { left: 32, top: 16, width: 96, height: 24 };
const alignment: Alignment = {
  version: 1,
  summary: 'moved_and_changed',
  movedPixels: 0,
  contentPixels: 2_304,
  residuePixels: 0,
  spacePixels: 0,
  truncated: false,
  blocks: [],
  blockCount: 0,
  changes: [
    {
      kind: 'changed',
      before: place,
      after: place,
      changedPixels: 812,
      fingerprint: `fp1:${'0'.repeat(32)}`,
      name: {
        selector: 'header > a',
        kind: 'changed',
        facts: [{ what: 'text', before: 'Sale', after: 'Clearance' }],
      },
    },
    { kind: 'added', before: null, after: place, changedPixels: 1_492, fingerprint: `fp1:${'1'.repeat(32)}` },
  ],
  changeCount: 2,
  complete: true,
};

interface Item {
  name: string;
  state: string;
  icon: IconName;
  detail: string;
}

const items: readonly Item[] = [
  { name: '/products', state: 'differs', icon: 'differs', detail: '1.24 %' },
  {
    name: '/products/a-name-that-is-much-too-long@phone',
    state: 'differs',
    icon: 'differs',
    detail: '0.02 %',
  },
  { name: '/checkout', state: 'failed', icon: 'failed', detail: 'Failed' },
  { name: '/about', state: 'same', icon: 'same', detail: 'Same' },
];

const sections = [
  { key: 'differs', title: 'Differences', ids: [0, 1] },
  { key: 'failed', title: 'Failed', ids: [2] },
  { key: 'same', title: 'Same', ids: [3] },
];

const regions = [
  { left: 40, top: 900, width: 60, height: 60, changedPixels: 3_600 },
  { left: 0, top: 2_400, width: 1_280, height: 44, changedPixels: 12_044 },
];

/** The screen of one comparison, with the images left out. */
export function ScreenSamples() {
  const [current, setCurrent] = useState(0);
  const [region, setRegion] = useState(0);
  const [text, setText] = useState('');
  const isNarrow = useMatch('(max-width: 56.25rem)');
  const open = items[current]!;
  const step = (by: 1 | -1) => setCurrent((current + by + items.length) % items.length);
  return (
    <SampleGroup id="screen" title="The screen of one comparison">
      <Sample name="sidebar.tsx, item-list.tsx, details-panel.tsx, region-list.tsx, change-list.tsx, decision-bar.tsx, viewer-screen.css">
        <div className="gallery-screen">
          <div className="viewer-screen">
            {!isNarrow && (
              <Sidebar
                label="Runs"
                widthSetting="gallery-width"
                isSheet={false}
                search={{
                  value: text,
                  label: 'Filter runs by name',
                  placeholder: 'Filter',
                  onChange: setText,
                }}
                notes={
                  <button type="button" className="sidebar-news text-12">
                    2 new differences · Show
                  </button>
                }
                onClose={() => undefined}
              >
                {(scroller) => (
                  <ItemList
                    id="gallery-list"
                    sections={sections}
                    current={current}
                    rowHeight={64}
                    scroller={scroller}
                  >
                    {(id, isStop) => (
                      <a
                        href="#screen"
                        className="list-row line text-13"
                        data-state={items[id]!.state}
                        aria-current={id === current ? 'true' : undefined}
                        tabIndex={isStop ? 0 : -1}
                        onClick={(event) => {
                          event.preventDefault();
                          setCurrent(id);
                        }}
                      >
                        <span className="thumbnail line muted">
                          <Icon name={items[id]!.icon} />
                        </span>
                        <span className="row-text grow">
                          <MiddleCut text={items[id]!.name} />
                          <span
                            className="row-detail tabular ellipsis line text-12"
                            data-state={items[id]!.state}
                          >
                            <Icon name={items[id]!.icon} size={11} />
                            {items[id]!.detail}
                          </span>
                        </span>
                      </a>
                    )}
                  </ItemList>
                )}
              </Sidebar>
            )}
            <div className="viewer grow">
              <div className="gallery-stage" />
              <p className="viewer-note muted text-13">Identical to the baseline, byte for byte.</p>
              <DecisionBar
                summary={
                  <>
                    <StateMark state={open.state} icon={open.icon} word={open.detail} />
                    <span className="decision-figures tabular ellipsis">15,644 px · 2 regions</span>
                    <RegionStepper
                      what="region"
                      place={`${region + 1} of 2`}
                      onStep={(by) => setRegion((region + by + 2) % 2)}
                    />
                  </>
                }
              >
                <button type="button" className="button same-changes">
                  = 3 more
                </button>
                <StepButtons what="run" onStep={step} />
                <div className="decision-verdicts">
                  <button type="button" className="button reject">
                    Reject <kbd aria-hidden="true">N</kbd>
                  </button>
                  <button type="button" className="button approve">
                    Approve <kbd aria-hidden="true">Y</kbd>
                  </button>
                </div>
              </DecisionBar>
            </div>
            {!isNarrow && (
              <DetailsPanel id="gallery-details" isSheet={false} onClose={() => undefined}>
                <Section title="Capture" open>
                  <DetailList>
                    <Detail name="URL">
                      <WebAddress url="http://localhost:8000/products" />
                    </Detail>
                    <Detail name="viewportSize" mono>
                      <code>{'{ "width": 1280 }'}</code>
                    </Detail>
                  </DetailList>
                </Section>
                <Section title="Regions · 2" open>
                  <RegionList regions={regions} current={region} onRegion={setRegion} />
                </Section>
                <Changes alignment={alignment} current={null} onChange={() => undefined} />
                <Section title="Folded">Nothing to show.</Section>
              </DetailsPanel>
            )}
          </div>
        </div>
      </Sample>
    </SampleGroup>
  );
}
