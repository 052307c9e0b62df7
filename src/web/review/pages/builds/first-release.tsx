import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { CopyField } from '../../../kit/copy-field.tsx';

const ways = [
  ['A whole site, starting from one page', 'dpxdt site-diff https://example.com/'],
  [
    'Two versions of pages, side by side',
    'dpxdt pair-diff https://example.com/ https://staging.example.com/',
  ],
  ['Images from your own tests', 'dpxdt diff-my-images --tests-json-path my-images.json'],
] as const;

/** The three commands that create a first release, with this server's address. */
export function FirstReleaseCommands({ buildId }: { buildId: number | null }) {
  const { data: session } = useQuery(queries.session());
  const settings = [`DPXDT_SERVER=${window.location.origin}`, `DPXDT_BUILD_ID=${buildId ?? 1}`];
  const needsKey = session?.authentication === 'on';
  if (needsKey) settings.push('DPXDT_CLIENT_ID=…', 'DPXDT_CLIENT_SECRET=…');
  return (
    <div className="first-release text-13">
      <p>
        First set where to send releases
        {needsKey && buildId !== null && (
          <>
            , with an{' '}
            <Link to="/api_keys" search={{ build_id: String(buildId) }}>
              API key
            </Link>
          </>
        )}
        :
      </p>
      <CopyField label="Settings for the shell" text={`export ${settings.join(' ')}`} />
      <p>Then one of these:</p>
      <dl>
        {ways.map(([what, command]) => (
          <div key={command}>
            <dt>{what}</dt>
            <dd>
              <CopyField label={what} text={command} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
