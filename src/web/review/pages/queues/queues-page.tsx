import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Fragment, useRef } from 'react';
import type { Answer } from '../../api/api.ts';
import { queries } from '../../api/queries.ts';
import { Page } from '../../frame/page.tsx';
import { Age } from '../../../kit/age.tsx';
import { useRowKeys } from '../../keyboard/row-keys.ts';
import { ProblemBanner, ProblemState } from '../../states/problem.tsx';
import { Message } from '../../../kit/message.tsx';
import { SkeletonRows } from '../../../kit/skeleton.tsx';
import '../pages.css';
import './queues-page.css';

type Queue = Answer<'listQueues'>['queues'][number];

const refreshMs = 5_000;

/** The state of all work queues. */
export function QueuesPage() {
  const query = useQuery({ ...queries.queues(), refetchInterval: refreshMs });
  const list = useRef<HTMLDivElement>(null);
  const keys = useRowKeys(list);
  const queues = query.data?.queues;
  return (
    <Page title="Work queues">
      {queues === undefined && query.error !== null ? (
        <ProblemState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <div className="column" ref={list} {...keys}>
          {query.error !== null && <ProblemBanner error={query.error} onRetry={() => void query.refetch()} />}
          {queues === undefined && <SkeletonRows rows={3} height={48} />}
          {queues?.length === 0 && (
            <Message icon="picked" title="No tasks waiting">
              <p>All queues are empty, and no task was done in the last hour.</p>
            </Message>
          )}
          {queues !== undefined && queues.length > 0 && (
            <div className="table-scroll rows" tabIndex={0} role="group" aria-label="Work queues">
              <table className="figures text-13 tabular">
                <thead>
                  <tr>
                    <th>Queue</th>
                    <th>Waiting</th>
                    <th>Delayed</th>
                    <th>Leased</th>
                    <th>Failed</th>
                    <th>Done in the last hour</th>
                    <th>Oldest waiting</th>
                    <th>Newest</th>
                  </tr>
                </thead>
                <tbody>
                  {queues.map((queue) => (
                    <Fragment key={queue.queue}>
                      <QueueRow queue={queue} />
                      {queue.labels.map((counts) => (
                        <LabelRow key={counts.label} {...counts} />
                      ))}
                    </Fragment>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </div>
      )}
    </Page>
  );
}

function QueueRow({ queue }: { queue: Queue }) {
  const params = { queue: queue.queue };
  return (
    <tr>
      <th scope="row">
        <Link to="/api/work_queue/$queue" params={params} className="quiet-link" data-row>
          {queue.queue}
        </Link>
      </th>
      <td>{figure(queue.waiting)}</td>
      <td>{figure(queue.delayed)}</td>
      <td>{figure(queue.leased)}</td>
      <td>
        {queue.error === 0 ? (
          '0'
        ) : (
          <Link
            to="/api/work_queue/$queue"
            params={params}
            search={{ status: 'error' }}
            className="failed-link"
          >
            {figure(queue.error)}
          </Link>
        )}
      </td>
      <td>{figure(queue.doneLastHour)}</td>
      <td>{queue.oldestWaiting === null ? '–' : <Age at={queue.oldestWaiting} />}</td>
      <td>{queue.newest === null ? '–' : <Age at={queue.newest} />}</td>
    </tr>
  );
}

/** Of the tasks in the row above, those with one label. */
function LabelRow({ label, waiting, delayed, leased, oldestWaiting, askedAt }: Queue['labels'][number]) {
  return (
    <tr className="label-row">
      <th scope="row">
        labeled {label}
        <span className="label-note">
          {askedAt === null ? (
            'waits for a worker with this label'
          ) : (
            <>
              a worker asked <Age at={askedAt} />
            </>
          )}
        </span>
      </th>
      <td>{figure(waiting)}</td>
      <td>{figure(delayed)}</td>
      <td>{figure(leased)}</td>
      <td />
      <td />
      <td>{oldestWaiting === null ? '–' : <Age at={oldestWaiting} />}</td>
      <td />
    </tr>
  );
}

function figure(value: number): string {
  return value.toLocaleString('en-US');
}
