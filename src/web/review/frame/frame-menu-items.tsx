import { Menu } from '@mantine/core';
import '@mantine/core/styles/Popover.css';
import '@mantine/core/styles/Menu.css';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { Icon, type IconName } from '../../kit/icon.tsx';
import { useSingleKeys } from '../../kit/keys.ts';
import { setTheme, themes, useTheme, type Theme } from '../../kit/theme.ts';
import { queries } from '../api/queries.ts';
import { openShortcuts } from './shortcuts.ts';

const themeWords: Record<Theme, string> = { auto: 'As the system', light: 'Light', dark: 'Dark' };

/** Theme, shortcuts, queues, who I am, sign out; opens at once. */
export default function FrameMenuItems() {
  const [theme] = useTheme();
  const [singleKeys, setSingleKeys] = useSingleKeys();
  const { data: session } = useQuery(queries.session());
  const { pathname, searchStr } = useLocation();
  const isPerson = session?.principal.kind === 'user';
  return (
    <Menu
      withinPortal={false}
      withInitialFocusPlaceholder={false}
      defaultOpened
      position="bottom-end"
      width={220}
      offset={4}
      transitionProps={{ duration: 120 }}
      returnFocus
    >
      <Menu.Target>
        <button type="button" className="tool frame-menu" aria-label="Menu" title="Menu">
          <Icon name="list" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={theme} onChange={(value) => setTheme(value as Theme)}>
          <Menu.Label>Theme</Menu.Label>
          {themes.map((one) => (
            <Menu.RadioItem key={one} value={one} rightSection={<Icon name={one satisfies IconName} />}>
              {themeWords[one]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<Icon name="keyboard" />} rightSection={<kbd>?</kbd>} onClick={openShortcuts}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.CheckboxItem checked={singleKeys} onChange={setSingleKeys}>
          Single-key shortcuts
        </Menu.CheckboxItem>
        <Menu.Divider />
        <Menu.Item component={Link} to="/api/work_queue" leftSection={<Icon name="grid" />}>
          Work queues
        </Menu.Item>
        <Menu.Item component="a" href="/api/reference" leftSection={<Icon name="log" />}>
          API
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item component={Link} to="/whoami" leftSection={<Icon name="info" />}>
          {isPerson ? session.principal.name : 'Who am I'}
        </Menu.Item>
        {session?.principal.kind === 'anonymous' ? (
          <Menu.Item
            component="a"
            href={`/login?next=${encodeURIComponent(pathname + searchStr)}`}
            leftSection={<Icon name="next" />}
          >
            Sign in
          </Menu.Item>
        ) : (
          <Menu.Item component={Link} to="/logout" leftSection={<Icon name="next" />}>
            Sign out
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
