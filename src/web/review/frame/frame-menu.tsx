import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { Icon } from '../../kit/icon.tsx';
import { useSingleKeys } from '../../kit/keys.ts';
import { Menu, MenuChoice, MenuDivider, MenuGroup, MenuItem, menuItem, MenuWords } from '../../kit/menu.tsx';
import { setTheme, themes, useTheme, type Theme } from '../../kit/theme.ts';
import { queries } from '../api/queries.ts';
import { useReviewerName } from '../api/reviewer.ts';
import { ReviewerDialog } from './reviewer-dialog.tsx';
import { openPalette } from './palette-opening.ts';
import { openShortcuts } from './shortcuts.ts';

const themeWords: Record<Theme, string> = { auto: 'Same as system', light: 'Light', dark: 'Dark' };

/** Everything that is not about the page: theme, shortcuts, queues, account, sign out. */
export function FrameMenu() {
  const [isNaming, setNaming] = useState(false);
  return (
    <>
      <Menu label="Menu" className="tool frame-menu" button={<Icon name="menu" />} width={220}>
        {() => <FrameMenuItems onName={() => setNaming(true)} />}
      </Menu>
      {isNaming && <ReviewerDialog onClose={() => setNaming(false)} />}
    </>
  );
}

function FrameMenuItems({ onName }: { onName: () => void }) {
  const reviewer = useReviewerName();
  const [theme] = useTheme();
  const [singleKeys, setSingleKeys] = useSingleKeys();
  const { data: session } = useQuery(queries.session());
  const { pathname, searchStr } = useLocation();
  const isPerson = session?.principal.kind === 'user';
  return (
    <>
      <MenuGroup title="Theme">
        {themes.map((one) => (
          <MenuChoice
            key={one}
            kind="radio"
            checked={one === theme}
            hint={<Icon name={one} />}
            onSelect={() => setTheme(one)}
          >
            {themeWords[one]}
          </MenuChoice>
        ))}
      </MenuGroup>
      <MenuDivider />
      <MenuItem icon="search" hint={<kbd>Ctrl K</kbd>} onSelect={openPalette}>
        Go to or do…
      </MenuItem>
      <MenuItem icon="keyboard" hint={<kbd>?</kbd>} onSelect={openShortcuts}>
        Keyboard shortcuts
      </MenuItem>
      <MenuChoice kind="checkbox" checked={singleKeys} onSelect={() => setSingleKeys(!singleKeys)}>
        Single-key shortcuts
      </MenuChoice>
      <MenuDivider />
      <Link {...menuItem} to="/api/work_queue">
        <MenuWords icon="grid">Work queues</MenuWords>
      </Link>
      {session?.principal.isSuperuser === true && (
        <Link {...menuItem} to="/superusers">
          <MenuWords icon="people">Superusers and workers</MenuWords>
        </Link>
      )}
      <a {...menuItem} href="/api/reference">
        <MenuWords icon="log">API</MenuWords>
      </a>
      <MenuDivider />
      {session?.principal.kind === 'local' && (
        <MenuItem icon="rejected" onSelect={onName}>
          {reviewer === '' ? 'Review under your name…' : `Reviewing as ${reviewer}…`}
        </MenuItem>
      )}
      <Link {...menuItem} to="/whoami">
        <MenuWords icon="person">{isPerson ? session.principal.name : 'Your account'}</MenuWords>
      </Link>
      {session?.principal.kind === 'anonymous' ? (
        <a {...menuItem} href={`/login?next=${encodeURIComponent(pathname + searchStr)}`}>
          <MenuWords icon="signIn">Sign in</MenuWords>
        </a>
      ) : (
        <Link {...menuItem} to="/logout">
          <MenuWords icon="signOut">Sign out</MenuWords>
        </Link>
      )}
    </>
  );
}
