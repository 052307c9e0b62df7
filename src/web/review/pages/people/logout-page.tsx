import { useQuery } from '@tanstack/react-query';
import { useMutation } from '../../api/use-mutation.ts';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Page } from '../../frame/page.tsx';
import { enter } from './enter.ts';
import { sentenceOf } from '../../states/problem.tsx';
import { Message } from '../../../kit/message.tsx';
import '../pages.css';

/** Asks for confirmation, because opening an address must not change anything. */
export function LogoutPage() {
  const { data } = useQuery(queries.session());
  const signOut = useMutation({ mutationFn: () => api.signOut(), onSuccess: () => enter('/') });
  const person = data?.person ?? null;
  if (person !== null) {
    return (
      <Page title="Sign out">
        <Message icon="info" title="Sign out of this browser?">
          <p>You are signed in as {person.email}.</p>
          {signOut.error !== null && (
            <p className="form-error text-13" role="alert">
              Not signed out: {sentenceOf(toProblem(signOut.error))}
            </p>
          )}
          <p className="message-actions">
            <button
              type="button"
              className="button primary"
              disabled={signOut.isPending || signOut.isSuccess}
              onClick={() => signOut.mutate()}
            >
              Sign out
            </button>
            <Link to="/" className="button">
              Stay
            </Link>
          </p>
        </Message>
      </Page>
    );
  }
  return (
    <Page title="Sign out">
      <Message icon="info" title="You are not signed in">
        <p>
          {data?.authentication === 'off'
            ? 'This server has no logins: anyone who can reach it has full access.'
            : 'No one is signed in on this browser.'}
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
