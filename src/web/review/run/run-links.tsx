import { Link } from '@tanstack/react-router';
import type { RunsSearch } from './list-search.ts';

/** Links to the pages about one side of a run that have content. */
export function RunLinks(props: {
  run: string;
  search: RunsSearch;
  type: 'before' | 'diff' | 'after';
  hasLog: boolean;
  hasImage: boolean;
  hasConfig?: boolean;
}) {
  const search = { ...props.search, test: props.run, type: props.type } as never;
  if (!props.hasLog && !props.hasImage && props.hasConfig !== true) return null;
  return (
    <p className="run-links">
      {props.hasImage && (
        <Link to="/image" search={search}>
          Image
        </Link>
      )}
      {props.hasLog && (
        <Link to="/log" search={search}>
          Log
        </Link>
      )}
      {props.hasConfig === true && (
        <Link to="/config" search={search}>
          Config
        </Link>
      )}
    </p>
  );
}
