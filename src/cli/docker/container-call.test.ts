import { expect, it } from 'vitest';
import { containerArguments, variablesFor, type ContainerCall } from './container-call.ts';

const call = (given: Partial<ContainerCall>): string =>
  containerArguments({
    engine: 'docker',
    image: 'depicted:1',
    words: ['test', 'tests', '--docker', '--workers', '2'],
    currentFolder: '/home/mia/shop',
    platform: 'linux',
    user: { uid: 1000, gid: 100 },
    variables: [],
    isTerminal: false,
    ...given,
  }).join(' ');

it("shares the project's folder at its own path, as the caller, with the host's localhost", () => {
  expect(call({})).toBe(
    'run --rm --no-healthcheck --network host --user 1000:100 --shm-size 1g --volume /home/mia/shop:/home/mia/shop ' +
      '--workdir /home/mia/shop --env HOME=/tmp depicted:1 test tests --workers 2',
  );
  expect(call({ engine: 'podman' })).toContain('--user 1000:100 --userns keep-id');
  expect(call({ engine: 'podman', user: { uid: 0, gid: 0 } })).not.toContain('--userns');
  expect(call({ variables: ['TOKEN'], isTerminal: true })).toMatch(
    /^run --rm --no-healthcheck --tty .*--env TOKEN depicted:1/,
  );
});

it('reaches localhost on macOS and Windows by another name', () => {
  expect(call({ platform: 'darwin' })).toContain(
    '--add-host host.docker.internal:host-gateway --env DPXDT_LOCALHOST=host.docker.internal --user',
  );
  const windows = { platform: 'win32' as const, currentFolder: 'C:\\shop', user: null };
  expect(call({ ...windows, words: ['test', 'tests\\a.yaml', '--docker'] })).toMatch(
    /--volume C:\\shop:\/work --workdir \/work .* test tests\/a\.yaml$/,
  );
});

it('takes out its own flags', () => {
  const words = ['update', '--docker-image', 'x', '--docker', 'tests', '--docker-image=y'];
  expect(call({ words })).toMatch(/depicted:1 update tests$/);
});

it.each([['../other'], ['--report=/tmp/out'], ['/etc']])(
  'refuses %s, which the container does not have',
  (word) => {
    expect(() => call({ words: ['test', word] })).toThrow('is all that --docker shares');
  },
);

it('takes no name for a path', () => {
  const words = ['test', 'tests', '--test-filter', '/shop/*', '--test_filter=/blog/*'];
  expect(call({ words })).toMatch(/--test-filter \/shop\/\* --test_filter=\/blog\/\*$/);
});

it('passes on the variables that the YAML mentions, by name', () => {
  const env = { TOKEN: 'x', HOME: '/h', OTHER: 'y', DPXDT_WORKERS: '2', DPXDT_BROWSER_PATH: '/b', PORT: '1' };
  expect(variablesFor(['url: ${TOKEN} ${NONE} ${HOME}', 'setup: run $PORT'], env)).toEqual([
    'DPXDT_WORKERS',
    'PORT',
    'TOKEN',
  ]);
});
