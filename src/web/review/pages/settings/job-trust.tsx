import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ciKindOf } from '../../../../domain/forges/ci-claims.ts';
import { api } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import type { ForgeConnection } from '../../api/shapes.ts';
import { useMutation } from '../../api/use-mutation.ts';
import { toast } from '../../frame/toasts.ts';
import { sentenceOf } from '../../states/problem.tsx';

/** Whether CI jobs of a connected repository get keys for their tokens. Nothing where its forge issues none. */
export function JobTrust({ connection }: { connection: ForgeConnection }) {
  const { id: connectionId, buildId, tested } = connection;
  const hasTokens = ciKindOf(connection) !== null;
  const { data } = useQuery({ ...queries.ciTrusts(buildId), enabled: hasTokens });
  const trust = data?.trusts.find((one) => one.connectionId === connectionId);
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: async () => {
      if (trust === undefined) await api.createCiTrust({ buildId, connectionId });
      else await api.deleteCiTrust({ buildId, trustId: trust.id });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['build', buildId, 'forges'] }),
    onError: (error: unknown) => toast(sentenceOf(toProblem(error)), { tone: 'problem' }),
  });
  if (!hasTokens || data === undefined) return null;
  return (
    <label className="choice text-13">
      <input
        type="checkbox"
        checked={trust !== undefined}
        disabled={change.isPending || (!tested && trust === undefined)}
        onChange={() => change.mutate()}
      />
      CI jobs of this repository need no key
      <span className="form-hint muted text-12">
        {tested
          ? 'They exchange their token for a key of one release of their commit, for an hour.'
          : 'Test the connection first.'}
      </span>
    </label>
  );
}
