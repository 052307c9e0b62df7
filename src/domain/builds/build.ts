/** Times are epoch milliseconds. */

import type { BaselineSettings } from '../baselines/settings.ts';
import type { Retention } from '../releases/retention.ts';

/** One monitored product or site. */
export interface Build {
  id: number;
  name: string;
  /** Anyone may view it. */
  isPublic: boolean;
  /** Mail when a release is ready for review. */
  sendEmail: boolean;
  /** Recipient instead of all admins. */
  emailAlias: string | null;
  /** Whether forgiven pixels count as a difference, for runs whose config does not say. */
  failOnForgiven: boolean;
  /** The alias confirmed that it wants the mail, or the operator allowed its domain. */
  emailAliasConfirmed: boolean;
  baselineSettings: BaselineSettings;
  /** What captures ask for whose config does not say; empty: any worker. */
  workerLabel: string;
  retention: Retention;
  createdAt: number;
}
