import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queries } from '../api/queries.ts';
import { Page } from '../frame/page.tsx';
import { Message } from '../states/problem.tsx';
import './pages.css';

export function LogoutPage() {
  const { data } = useQuery(queries.session());
  return (
    <Page title="Sign out">
      <Message icon="info" title="There is nothing to sign out of">
        <p>
          {data?.authentication === 'off'
            ? 'This server has no logins: whoever reaches it may do everything.'
            : 'Nobody is signed in in this browser.'}
        </p>
        <p className="message-actions">
          <Link to="/" className="button">
            All builds
          </Link>
        </p>
      </Message>
    </Page>
  );
}
