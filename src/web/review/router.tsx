import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouteComponent,
} from '@tanstack/react-router';
import { actOnWaitingKeys, waitWithKeysWhile } from '../kit/keys.ts';
import { readSearch } from './address/addresses.ts';
import { formatSearch, parseSearch } from './address/search.ts';
import { Frame } from './frame/frame.tsx';
import { PaletteHost } from './palette/palette-host.tsx';
import { CrashPage } from './states/crash.tsx';
import { NotFoundPage } from './states/not-found-page.tsx';
import { PendingPage } from './states/pending-page.tsx';

function Root() {
  return (
    <>
      <Frame />
      <PaletteHost />
    </>
  );
}

const root = createRootRoute({ component: Root, notFoundComponent: NotFoundPage });

const build = ['id'] as const;
const release = ['id', 'name', 'number'] as const;
const releaseView = ['show', 'q', 'group', 'layout', 'mode', 'change', 'comments'] as const;
const run = [...release, 'test'] as const;
const runView = [...releaseView, 'view', 'region', 'at', 'aligned'] as const;
const side = [...run, 'type'] as const;
const settings = ['build_id'] as const;

/** A lazily loaded page. Its exports are untyped here, because their types depend on the router's. */
function part(load: () => Promise<unknown>, name: string): RouteComponent {
  return lazyRouteComponent(load as () => Promise<Record<string, () => React.ReactNode>>, name);
}

/** The original's addresses. Every page is loaded lazily. */
const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: part(() => import('./pages/builds/home-page.tsx'), 'HomePage'),
});
const newBuild = createRoute({
  getParentRoute: () => root,
  path: '/new',
  component: part(() => import('./pages/builds/new-build-page.tsx'), 'NewBuildPage'),
});
const buildPage = createRoute({
  getParentRoute: () => root,
  path: '/build',
  validateSearch: readSearch(build, ['page', 'show', 'branch', 'q']),
  component: part(() => import('./pages/builds/build-page.tsx'), 'BuildPage'),
});
const releasePage = createRoute({
  getParentRoute: () => root,
  path: '/release',
  validateSearch: readSearch(release, releaseView),
  component: part(() => import('./release/release-page.tsx'), 'ReleasePage'),
});
const runPage = createRoute({
  getParentRoute: () => root,
  path: '/run',
  validateSearch: readSearch(run, runView),
  component: part(() => import('./run/run-page.tsx'), 'RunPage'),
});
const image = createRoute({
  getParentRoute: () => root,
  path: '/image',
  validateSearch: readSearch(side, runView),
  component: part(() => import('./pages/sides/image-page.tsx'), 'ImagePage'),
});
const log = createRoute({
  getParentRoute: () => root,
  path: '/log',
  validateSearch: readSearch(side, runView),
  component: part(() => import('./pages/sides/log-page.tsx'), 'LogPage'),
});
const config = createRoute({
  getParentRoute: () => root,
  path: '/config',
  validateSearch: readSearch(side, runView),
  component: part(() => import('./pages/sides/config-page.tsx'), 'ConfigPage'),
});
const settingsPage = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  validateSearch: readSearch(settings),
  component: part(() => import('./pages/settings/settings-page.tsx'), 'SettingsPage'),
});
const admins = createRoute({
  getParentRoute: () => root,
  path: '/admins',
  validateSearch: readSearch(settings),
  component: part(() => import('./pages/people/admins-page.tsx'), 'AdminsPage'),
});
const apiKeys = createRoute({
  getParentRoute: () => root,
  path: '/api_keys',
  validateSearch: readSearch(settings),
  component: part(() => import('./pages/settings/api-keys-page.tsx'), 'ApiKeysPage'),
});
const activity = createRoute({
  getParentRoute: () => root,
  path: '/activity',
  validateSearch: readSearch(settings, ['page', 'actor', 'kind', 'release', 'number']),
  component: part(() => import('./pages/activity/activity-page.tsx'), 'ActivityPage'),
});
const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: readSearch([], ['next']),
  component: part(() => import('./pages/people/login-page.tsx'), 'LoginPage'),
});
const logout = createRoute({
  getParentRoute: () => root,
  path: '/logout',
  component: part(() => import('./pages/people/logout-page.tsx'), 'LogoutPage'),
});
const setUp = createRoute({
  getParentRoute: () => root,
  path: '/set-up',
  component: part(() => import('./pages/people/set-up-page.tsx'), 'SetUpPage'),
});
const forgot = createRoute({
  getParentRoute: () => root,
  path: '/forgot',
  component: part(() => import('./pages/people/forgot-page.tsx'), 'ForgotPage'),
});
const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  component: part(() => import('./pages/people/reset-page.tsx'), 'ResetPage'),
});
const accept = createRoute({
  getParentRoute: () => root,
  path: '/accept',
  component: part(() => import('./pages/people/accept-page.tsx'), 'AcceptPage'),
});
const confirmMail = createRoute({
  getParentRoute: () => root,
  path: '/confirm-mail',
  component: part(() => import('./pages/people/confirm-mail-page.tsx'), 'ConfirmMailPage'),
});
const whoami = createRoute({
  getParentRoute: () => root,
  path: '/whoami',
  component: part(() => import('./pages/people/whoami-page.tsx'), 'WhoamiPage'),
});
const superusers = createRoute({
  getParentRoute: () => root,
  path: '/superusers',
  component: part(() => import('./pages/people/superusers-page.tsx'), 'SuperusersPage'),
});
const queues = createRoute({
  getParentRoute: () => root,
  path: '/api/work_queue',
  component: part(() => import('./pages/queues/queues-page.tsx'), 'QueuesPage'),
});
const queue = createRoute({
  getParentRoute: () => root,
  path: '/api/work_queue/$queue',
  validateSearch: readSearch([], ['status', 'page']),
  component: part(() => import('./pages/queues/queue-page.tsx'), 'QueuePage'),
});

const routeTree = root.addChildren([
  home,
  newBuild,
  buildPage,
  releasePage,
  runPage,
  image,
  log,
  config,
  settingsPage,
  admins,
  apiKeys,
  activity,
  login,
  logout,
  setUp,
  forgot,
  reset,
  accept,
  confirmMail,
  whoami,
  superusers,
  queues,
  queue,
]);

export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch: formatSearch,
  defaultPreload: 'intent',
  defaultPendingMs: 300,
  defaultPendingMinMs: 0,
  defaultPendingComponent: PendingPage,
  defaultErrorComponent: CrashPage,
  scrollRestoration: true,
});

waitWithKeysWhile(() => router.state.status === 'pending');
router.subscribe('onResolved', () => queueMicrotask(actOnWaitingKeys));

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
