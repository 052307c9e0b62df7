import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { plural } from '../../kit/format.ts';
import { releaseKeyOf, releaseSearch } from '../address/addresses.ts';
import { api } from '../api/api.ts';
import type { Release } from '../api/shapes.ts';
import { toast } from '../frame/toasts.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { diskWords } from './disk-words.ts';

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
        toast(`${release.name} #${release.number} was deleted. Restore it in the settings within a day.`);
        await navigate({ to: '/build', search: { id: String(release.buildId) } });
        void client.invalidateQueries({ queryKey: ['build', release.buildId] });
      }}
    >
      <ul className="text-13">
        {data !== undefined && data.baselines > 0 && (
          <li>
            <strong>{plural(data.baselines, 'page loses its baseline', 'pages lose their baseline')}.</strong>{' '}
            New runs are compared with an older accepted screenshot, or are new.
          </li>
        )}
        {isOpen && <li>Its tasks end.</li>}
        <li>For a day, you can restore it in the settings of the build.</li>
        <li>{data === undefined ? 'Then its runs are removed.' : freedWords(data.freed)}</li>
      </ul>
    </DeleteDialog>
  );
}

function freedWords(freed: { artifacts: number; bytes: number }): string {
  if (freed.artifacts === 0) return 'Then its runs are removed; other releases show the same images.';
  return `Then its runs are removed, and ${diskWords(freed)} become free.`;
}
