import type { Generated } from 'kysely';
import type { SlotName } from '../../domain/runs/run.ts';
import type { TaskStatus } from '../../domain/tasks/task.ts';
import type { Flag } from './flag.ts';

export interface TasksTable {
  /** Orders tasks with equal eta. */
  seq: Generated<number>;
  queue: string;
  /** Only workers that have it may lease the task; empty: any worker. */
  label: string;
  task_id: string;
  status: TaskStatus;
  payload: string;
  content_type: string;
  source: string | null;
  created_at: number;
  /** When it may be leased; while leased, when the lease ends. */
  eta: number;
  /** When it may be leased next. */
  due_at: number;
  lease_attempts: number;
  last_lease: number | null;
  lease_id: string | null;
  owner: string | null;
  leased_by: string | null;
  lease_ms: number | null;
  deadline: number | null;
  message: string | null;
  message_index: number | null;
  finished_at: number | null;
  error: string | null;
  lease_ended: Flag;
  run_id: number | null;
  release_id: number | null;
  slot: SlotName | null;
}

/** When a worker last polled. */
export interface QueueSignsTable {
  /** Of polls for labeled tasks: the queue, a space and the label. */
  queue: string;
  asked_at: number;
}
