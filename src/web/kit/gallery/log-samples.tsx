import { LogEvents } from '../log-events.tsx';
import { parseLog } from '../log-model.ts';
import { LogTail, StatePanel } from '../state-panel.tsx';
import { Sample, SampleGroup } from './sample.tsx';

const lines = parseLog(`   0.004  request   GET http://localhost:8000/checkout 200
   0.130  stage     load took 130 ms
   0.200  console   log: ready
   0.412  error     ReferenceError: tracker is not defined
   0.600  stage     settle took 470 ms
   0.640  result    captured 1280 × 1024 after 2 screenshots, settled
`);

/** Logs and failure panels. */
export function LogSamples() {
  return (
    <SampleGroup id="logs" title="Logs">
      <Sample name="log-events.tsx, log-lines.tsx">
        <div className="gallery-log">
          <LogEvents
            lines={lines}
            tools={
              <button type="button" className="button small">
                Download
              </button>
            }
          />
        </div>
      </Sample>
      <Sample name="state-panel.tsx">
        <StatePanel state="failed" icon="failed" title="The page was not ready in time">
          <p className="state-message">The page was not ready after 90 seconds.</p>
          <p>Check the log below for requests that never finish.</p>
          <div className="state-actions">
            <button type="button" className="button primary">
              Capture again
            </button>
          </div>
          <LogTail lines={lines.slice(2)} label="End of the log" />
        </StatePanel>
        <StatePanel state="waiting" icon="waiting" title="Waiting for screenshot">
          <p>Screenshot: waiting in the queue “capture”</p>
        </StatePanel>
      </Sample>
    </SampleGroup>
  );
}
