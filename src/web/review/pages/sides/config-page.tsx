import '../pages.css';
import './sides.css';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { maskConfig } from '../../../../domain/capture/mask-secrets.ts';
import { copyText } from '../../../kit/clipboard.ts';
import { plural } from '../../../kit/format.ts';
import { Icon } from '../../../kit/icon.tsx';
import type { SideSearch } from '../../address/addresses.ts';
import { api } from '../../api/api.ts';
import { Page } from '../../frame/page.tsx';
import { toast } from '../../frame/toasts.ts';
import { withoutControls } from '../../run/without-controls.ts';
import { SideTabs, sideOf, useSidePage, type Side } from '../../run/side-page.tsx';
import type { RunDetail } from '../../run/use-run.ts';
import { ProblemBanner, ProblemState } from '../../states/problem.tsx';
import { Message } from '../../../kit/message.tsx';
import { SkeletonRows } from '../../../kit/skeleton.tsx';
import { configRows, yamlTest, type Config, type ConfigRow } from './config-rows.ts';

/** How a run and its baseline were captured, differing keys first. */
export function ConfigPage() {
  const search: SideSearch = useSearch({ from: '/config' });
  const { detail, problem, retry, crumbs } = useSidePage(search);
  if (problem !== null) {
    return (
      <Page title="Config" crumbs={crumbs}>
        <ProblemState error={problem} onRetry={retry} />
      </Page>
    );
  }
  return (
    <Page title="Config" crumbs={crumbs}>
      <div className="log-page">
        {detail === undefined ? (
          <SkeletonRows rows={6} height={36} />
        ) : (
          <Configs detail={detail} search={search} />
        )}
      </div>
    </Page>
  );
}

/** A stored config; immutable. Secrets are masked by the server, and again here. */
function configQuery(buildId: number, sha1: string | null) {
  return queryOptions({
    queryKey: ['config', buildId, sha1],
    staleTime: Infinity,
    queryFn: async ({ signal }): Promise<Config | null> => {
      if (sha1 === null) return null;
      const stored = await api.download({ buildId, sha1sum: sha1 }, { signal });
      const text = new TextDecoder().decode(await stored.bytes());
      const value = parseJson(withoutControls(text));
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? maskConfig(value) : {};
    },
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function Configs({ detail, search }: { detail: RunDetail; search: SideSearch }) {
  const { run } = detail;
  const side: Side = sideOf(search) === 'before' ? 'before' : 'after';
  const before = useQuery(configQuery(run.buildId, run.ref.config));
  const after = useQuery(configQuery(run.buildId, run.current.config));
  const failed = before.error === null ? after : before;
  if (failed.error !== null)
    return <ProblemBanner error={failed.error} onRetry={() => void failed.refetch()} />;
  if (before.data === undefined || after.data === undefined) return <SkeletonRows rows={6} height={36} />;
  const rows = configRows(before.data, after.data);
  const shown = side === 'before' ? before.data : after.data;
  if (rows.length === 0) {
    return (
      <Message icon="info" title="The default config.">
        <p>No options were set for this capture.</p>
      </Message>
    );
  }
  const differing = rows.filter(({ differs }) => differs).length;
  return (
    <>
      <SideTabs
        search={{ ...search, type: side }}
        to="/config"
        available={([before.data && 'before', after.data && 'after'] as const).filter(
          (each) => each !== null,
        )}
      >
        {shown !== null && <Copies name={run.name} config={shown} />}
      </SideTabs>
      <p className="muted">
        {before.data === null || after.data === null
          ? 'Only one side has its own config.'
          : differing === 0
            ? 'Both sides were captured with the same config.'
            : `${plural(differing, 'key differs', 'keys differ')} between before and after.`}
      </p>
      <Rows rows={rows} side={side} />
    </>
  );
}

function Copies({ name, config }: { name: string; config: Config }) {
  const copy = async (text: string, what: string) => {
    if (await copyText(text)) toast(`Copied as ${what}.`);
    else window.prompt('Copy this text', text);
  };
  const copyYaml = async () => {
    const { stringify } = await import('yaml');
    await copy(stringify(yamlTest(name, config)), 'a YAML test');
  };
  return (
    <>
      <button
        type="button"
        className="button small"
        onClick={() => void copy(JSON.stringify(config, null, 2), 'JSON')}
      >
        <Icon name="copy" size={14} />
        Copy as JSON
      </button>
      <button type="button" className="button small" onClick={() => void copyYaml()}>
        <Icon name="copy" size={14} />
        Copy as YAML test
      </button>
    </>
  );
}

function Rows({ rows, side }: { rows: readonly ConfigRow[]; side: Side }) {
  return (
    <div className="rows table-scroll" tabIndex={0} role="group" aria-label="Configs side by side">
      <table className="config-table">
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col" data-current={side === 'before'}>
              Before
            </th>
            <th scope="col" data-current={side === 'after'}>
              After
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, before, after, differs }) => (
            <tr key={key} data-differs={differs}>
              <th scope="row">
                <code>{key}</code>
                {differs && <span className="config-differs">differs</span>}
              </th>
              <Value text={before} />
              <Value text={after} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Value({ text }: { text: string | null }) {
  return <td>{text === null ? <span className="muted">default</span> : <code>{text}</code>}</td>;
}
