import { Chip } from '../../../kit/chip.tsx';
import { StateMark } from '../../../kit/state-mark.tsx';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMutation } from '../../api/use-mutation.ts';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import type { Task } from '../../api/shapes.ts';
import { toast } from '../../frame/toasts.ts';
import { Page } from '../../frame/page.tsx';
import { Age, useNow } from '../../../kit/age.tsx';
import { ProblemBanner, ProblemPage, sentenceOf } from '../../states/problem.tsx';
import { Message } from '../../../kit/message.tsx';
import { SkeletonRows } from '../../../kit/skeleton.tsx';
import '../pages.css';
import './queues-page.css';

const states = [
  ['', 'All'],
  ['live', 'Live'],
  ['error', 'Failed'],
  ['done', 'Done'],
  ['canceled', 'Canceled'],
] as const;

const pageSize = 100;
const refreshMs = 5_000;

/** The tasks of one queue. */
export function QueuePage() {
  const { queue } = useParams({ from: '/api/work_queue/$queue' });
  const search = useSearch({ from: '/api/work_queue/$queue' });
  const navigate = useNavigate({ from: '/api/work_queue/$queue' });
  const status = states.find(([state]) => state === search.status)?.[0] || undefined;
  const page = Math.max(1, Number(search.page) || 1);
  const query = useQuery({
    ...queries.tasks({ queueName: queue, status, pageSize, offset: (page - 1) * pageSize }),
    refetchInterval: refreshMs,
    placeholderData: keepPreviousData,
  });
  const crumbs = [{ label: 'Work queues', link: { to: '/api/work_queue' } as const }];
  const tasks = query.data?.tasks;
  if (tasks === undefined && query.error !== null) {
    const again = () => void query.refetch();
    return <ProblemPage title={queue} crumbs={crumbs} error={query.error} onRetry={again} />;
  }
  const goTo = (next: { status?: string; page?: string }) =>
    void navigate({ search: { ...search, ...next }, replace: true });
  return (
    <Page title={queue} crumbs={crumbs}>
      <div className="column">
        {query.error !== null && <ProblemBanner error={query.error} onRetry={() => void query.refetch()} />}
        <div className="list-tools line">
          <div className="chips" role="group" aria-label="Show tasks">
            {states.map(([state, words]) => (
              <Chip
                key={state}
                pressed={state === (status ?? '')}
                onClick={() => goTo({ status: state, page: '' })}
              >
                {words}
              </Chip>
            ))}
          </div>
        </div>
        {tasks === undefined && <SkeletonRows rows={6} height={64} />}
        {tasks?.length === 0 && (
          <Message
            icon="picked"
            title={status === undefined ? 'No tasks waiting' : 'No tasks in this state'}
          />
        )}
        {tasks !== undefined && tasks.length > 0 && (
          <ul className="rows" aria-label="Tasks">
            {tasks.map((task) => (
              <TaskRow key={task.id} task={task} />
            ))}
          </ul>
        )}
        {(page > 1 || tasks?.length === pageSize) && (
          <p className="list-more line text-12">
            <button
              type="button"
              className="button"
              disabled={page === 1}
              onClick={() => goTo({ page: page === 2 ? '' : String(page - 1) })}
            >
              Newer
            </button>
            <button
              type="button"
              className="button"
              disabled={tasks?.length !== pageSize}
              onClick={() => goTo({ page: String(page + 1) })}
            >
              Older
            </button>
            <span className="muted">Page {page}</span>
          </p>
        )}
      </div>
    </Page>
  );
}

const taskStates = { live: 'waiting', done: 'same', error: 'failed', canceled: 'same' } as const;
const taskWords = { live: 'Live', done: 'Done', error: 'Failed', canceled: 'Canceled' } as const;

function TaskRow({ task }: { task: Task }) {
  const now = useNow();
  const client = useQueryClient();
  const [isSure, setSure] = useState(false);
  const named = { queueName: task.queue, taskId: task.id };
  const after = {
    onSuccess: () => client.invalidateQueries({ queryKey: ['queues'] }),
    onError: (error: unknown) => toast(`Not done: ${sentenceOf(toProblem(error))}`, { tone: 'problem' }),
  };
  const retry = useMutation({ mutationFn: () => api.retryTask(named), ...after });
  const remove = useMutation({ mutationFn: () => api.deleteTask(named), ...after });
  const isLeased = task.status === 'live' && task.owner !== null && task.eta > now;
  const isBusy = retry.isPending || remove.isPending;
  return (
    <li className="row task-row">
      <span className="task-head line">
        <StateMark state={taskStates[task.status]} word={isLeased ? 'Leased' : taskWords[task.status]} />
        <code className="ellipsis">{task.id}</code>
      </span>
      <span className="task-figures muted text-12">
        <span>
          made <Age at={task.createdAt} />
        </span>
        <span>
          {task.leaseAttempts} {task.leaseAttempts === 1 ? 'attempt' : 'attempts'}
        </span>
        {task.label !== '' && <span>for workers labeled {task.label}</span>}
        {task.owner !== null && <span>by {task.owner}</span>}
        {(task.error ?? task.message) !== null && (
          <span className={task.error === null ? undefined : 'form-error'}>{task.error ?? task.message}</span>
        )}
      </span>
      <span className="task-actions">
        <button type="button" className="button small" disabled={isBusy} onClick={() => retry.mutate()}>
          Retry
        </button>
        {isSure ? (
          <button
            type="button"
            className="button small reject"
            disabled={isBusy}
            onClick={() => remove.mutate()}
          >
            Delete permanently
          </button>
        ) : (
          <button type="button" className="button small" onClick={() => setSure(true)}>
            Delete
          </button>
        )}
      </span>
      <details className="task-payload text-12">
        <summary>Payload</summary>
        <pre tabIndex={0}>{pretty(task)}</pre>
      </details>
    </li>
  );
}

function pretty({ payload, contentType }: Task): string {
  if (contentType !== 'application/json') return payload;
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}
