import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { plural } from '../../kit/format.ts';
import { releaseKeyOf, releaseSearch } from '../address/addresses.ts';
import { api } from '../api/api.ts';
import type { Release } from '../api/shapes.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { diskWords } from './disk-words.ts';
import { toastDeleted } from './toast-deleted.ts';

/** Deletes a release after its name was typed. Open while mounted. */
export function DeleteRelease({ release, onClose }: { release: Release; onClose: () => void }) {
  const key = releaseKeyOf(releaseSearch(release));
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data } = useQuery({
    queryKey: ['build', release.buildId, 'deletion', key],
    queryFn: ({ signal }) => api.previewDeletion(key, { signal }),
  });
  const isOpen = release.status === 'receiving' || release.status === 'processing';
  return (
    <DeleteDialog
      title={`Delete ${release.name} #${release.number}?`}
      name={release.name}
      action="Delete release"
      onClose={onClose}
      onDelete={async () => {
        await api.deleteRelease({ ...key, confirm: release.name });
        const ofBuild = { queryKey: ['build', release.buildId] };
        // The page that is left must not ask for the release again; the next one reads what it shows.
        await client.invalidateQueries({ ...ofBuild, refetchType: 'none' });
        toastDeleted({
          name: `${release.name} #${release.number}`,
          where: 'in the settings of the build',
          restore: () => api.restoreRelease(key),
          onRestored: () => client.invalidateQueries(ofBuild),
        });
        await navigate({ to: '/build', search: { id: String(release.buildId) } });
      }}
    >
      <ul className="text-13">
        {data !== undefined && data.baselines > 0 && (
          <li>
            <strong>{plural(data.baselines, 'page loses its baseline', 'pages lose their baseline')}.</strong>{' '}
            New runs are compared with an older accepted screenshot, or are new.
          </li>
        )}
        {isOpen && <li>It is marked bad, and its tasks end.</li>}
        <li>For a day, you can restore it in the settings of the build.</li>
        <li>{data === undefined ? 'After that, its runs are removed.' : freedWords(data.freed)}</li>
      </ul>
    </DeleteDialog>
  );
}

function freedWords(freed: { artifacts: number; bytes: number }): string {
  if (freed.artifacts === 0)
    return 'After that, its runs are removed. No disk space becomes free: other releases show the same images.';
  return `After that, its runs are removed, and ${diskWords(freed)} become free.`;
}
