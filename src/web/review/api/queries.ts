import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { rememberMe } from './identity.ts';
import type { ReleaseKey, RunKey } from '../address/addresses.ts';
import { api, type Parameters } from './api.ts';

/** The queries of all pages and their cache keys. A key begins with its build or release, so that all of it can be invalidated together. */
export const queries = {
  builds: (page: Parameters<'listBuilds'> = {}) =>
    queryOptions({
      queryKey: ['builds', page],
      queryFn: ({ signal }) => api.listBuilds(page, { signal }),
    }),
  releases: (of: Parameters<'listReleases'>) =>
    queryOptions({
      queryKey: ['build', of.buildId, 'releases', of],
      queryFn: ({ signal }) => api.listReleases(of, { signal }),
    }),
  reviewers: (of: ReleaseKey) =>
    queryOptions({
      queryKey: ['build', of.buildId, 'release', of.releaseName, of.releaseNumber, 'reviewers'],
      queryFn: ({ signal }) => api.listReviewers(of, { signal }),
    }),
  reviewRequests: () =>
    queryOptions({
      queryKey: ['review requests'],
      queryFn: ({ signal }) => api.listReviewRequests({ signal }),
    }),
  branches: (buildId: number) =>
    queryOptions({
      queryKey: ['build', buildId, 'branches'],
      queryFn: ({ signal }) => api.listBranches({ buildId }, { signal }),
    }),
  runs: (of: ReleaseKey) =>
    queryOptions({
      queryKey: ['build', of.buildId, 'release', of.releaseName, of.releaseNumber, 'runs'],
      queryFn: ({ signal }) => api.listRuns(of, { signal }),
    }),
  changes: (of: Parameters<'listChanges'>, version: number) =>
    queryOptions({
      queryKey: ['changes', of.releaseId, version],
      queryFn: ({ signal }) => api.listChanges(of, { signal }),
      placeholderData: keepPreviousData,
    }),
  /** How many there are. Loaded again now and then only, as every verdict makes a new version. */
  changeCount: (releaseId: number) =>
    queryOptions({
      queryKey: ['changes', releaseId, 'count'],
      queryFn: async ({ signal }) => (await api.listChanges({ releaseId, limit: 0 }, { signal })).total,
      staleTime: 60_000,
    }),
  change: (of: Parameters<'describeChange'>, version: number) =>
    queryOptions({
      queryKey: ['changes', of.releaseId, of.fingerprint, version],
      queryFn: ({ signal }) => api.describeChange(of, { signal }),
      placeholderData: keepPreviousData,
    }),
  /** Why an open release makes no progress. Runs are loaded separately: only those newer than `sinceVersion` are sent. */
  workerAbsence: (of: ReleaseKey, sinceVersion: number) =>
    queryOptions({
      queryKey: ['build', of.buildId, 'release', of.releaseName, of.releaseNumber, 'worker absence'],
      queryFn: async ({ signal }) => (await api.listRuns({ ...of, sinceVersion }, { signal })).workerAbsence,
    }),
  run: (of: RunKey) =>
    queryOptions({
      queryKey: ['build', of.buildId, 'release', of.releaseName, of.releaseNumber, 'run', of.runName],
      queryFn: ({ signal }) => api.runDetail(of, { signal }),
    }),
  activity: (of: Parameters<'listActivity'>) =>
    queryOptions({
      queryKey: ['build', of.buildId, 'activity', of],
      queryFn: ({ signal }) => api.listActivity(of, { signal }),
    }),
  buildSecrets: (buildId: number) =>
    queryOptions({
      queryKey: ['build', buildId, 'secrets'],
      queryFn: ({ signal }) => api.listBuildSecrets({ buildId }, { signal }),
    }),
  forgeConnections: (buildId: number) =>
    queryOptions({
      queryKey: ['build', buildId, 'forges', 'connections'],
      queryFn: ({ signal }) => api.listForgeConnections({ buildId }, { signal }),
    }),
  deliveries: (buildId: number) =>
    queryOptions({
      queryKey: ['build', buildId, 'forges', 'deliveries'],
      queryFn: ({ signal }) => api.listDeliveries({ buildId, pageSize: 50 }, { signal }),
    }),
  ciTrusts: (buildId: number) =>
    queryOptions({
      queryKey: ['build', buildId, 'forges', 'trusts'],
      queryFn: ({ signal }) => api.listCiTrusts({ buildId }, { signal }),
    }),
  eventEndpoints: (buildId: number) =>
    queryOptions({
      queryKey: ['build', buildId, 'events', 'endpoints'],
      queryFn: ({ signal }) => api.listEventEndpoints({ buildId }, { signal }),
    }),
  events: (buildId: number) =>
    queryOptions({
      queryKey: ['build', buildId, 'events', 'list'],
      queryFn: ({ signal }) => api.listEvents({ buildId, pageSize: 50 }, { signal }),
    }),
  keys: (buildId: number) =>
    queryOptions({
      queryKey: ['build', buildId, 'keys'],
      queryFn: ({ signal }) => api.listKeys({ buildId }, { signal }),
    }),
  /** Who the viewer is; with a build, what they may do with it. */
  session: (buildId?: number) =>
    queryOptions({
      queryKey: buildId === undefined ? ['session'] : ['build', buildId, 'session'],
      queryFn: async ({ signal }) => {
        const session = await api.describeSession({ buildId }, { signal });
        rememberMe(session.principal.actor);
        return session;
      },
      staleTime: 60_000,
    }),
  account: () =>
    queryOptions({
      queryKey: ['account'],
      queryFn: ({ signal }) => api.describeAccount({ signal }),
    }),
  members: (buildId: number) =>
    queryOptions({
      queryKey: ['build', buildId, 'members'],
      queryFn: ({ signal }) => api.listMembers({ buildId }, { signal }),
    }),
  people: () =>
    queryOptions({
      queryKey: ['people'],
      queryFn: ({ signal }) => api.listPeople({ pageSize: 500 }, { signal }),
    }),
  superuserKeys: () =>
    queryOptions({
      queryKey: ['superuser keys'],
      queryFn: ({ signal }) => api.listSuperuserKeys({ signal }),
    }),
  queues: () => queryOptions({ queryKey: ['queues'], queryFn: ({ signal }) => api.listQueues({ signal }) }),
  tasks: (of: Parameters<'listTasks'>) =>
    queryOptions({
      queryKey: ['queues', of.queueName, of],
      queryFn: ({ signal }) => api.listTasks(of, { signal }),
    }),
};
