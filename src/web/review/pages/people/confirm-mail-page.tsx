import { useQuery } from '@tanstack/react-query';
import { useMutation } from '../../api/use-mutation.ts';
import { useState } from 'react';
import { api } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { Page } from '../../frame/page.tsx';
import { ProblemPage, sentenceOf } from '../../states/problem.tsx';
import { tokenOfLink } from './enter.ts';
import { EntryColumn } from './entry-form.tsx';

/** Target of the link mailed to a build's address: confirms that it wants the build's mail. */
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
            {asked.emailAlias} now gets mail whenever a release of “{asked.buildName}” is ready for review.
          </p>
        ) : (
          <>
            <p>
              Send mail to {asked.emailAlias} whenever a release of this build is ready for review? If you did
              not expect this, close this page; no mail will be sent.
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
