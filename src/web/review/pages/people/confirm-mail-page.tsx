import { useQuery } from '@tanstack/react-query';
import { useMutation } from '../../api/use-mutation.ts';
import { useState } from 'react';
import { api } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { Page } from '../../frame/page.tsx';
import { ProblemPage, sentenceOf } from '../../states/problem.tsx';
import { tokenOfLink } from './enter.ts';
import { EntryColumn } from './entry-form.tsx';

/** What the mail to a build's address links to: somebody there says that the build's mail may come. */
export function ConfirmMailPage() {
  const [token] = useState(tokenOfLink);
  const confirm = useMutation({ mutationFn: () => api.confirmEmailAlias({ token }) });
  const { data: asked, error } = useQuery({
    queryKey: ['email-alias'],
    queryFn: ({ signal }) => api.lookAtEmailAlias({ token }, { signal }),
    staleTime: Infinity,
  });
  if (error !== null) return <ProblemPage title="Confirm mail" error={error} />;
  if (asked === undefined) return <Page title="Confirm mail">{null}</Page>;
  return (
    <Page title="Confirm mail">
      <EntryColumn title={confirm.isSuccess ? 'Mail confirmed' : `Mail about “${asked.buildName}”`}>
        {confirm.isSuccess ? (
          <p role="status">
            {asked.emailAlias} gets a mail whenever a release of “{asked.buildName}” is ready for review.
          </p>
        ) : (
          <>
            <p>
              Send a mail to {asked.emailAlias} whenever a release of this build is ready for review? If you
              did not expect this, close the page: nothing is sent.
            </p>
            {confirm.error !== null && (
              <p className="form-error" role="alert">
                {sentenceOf(toProblem(confirm.error))}
              </p>
            )}
            <p className="entry-more">
              <button
                type="button"
                className="button primary"
                disabled={confirm.isPending}
                onClick={() => confirm.mutate()}
              >
                Confirm
              </button>
            </p>
          </>
        )}
      </EntryColumn>
    </Page>
  );
}
