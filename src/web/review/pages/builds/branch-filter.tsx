import { useQuery } from '@tanstack/react-query';
import { visibleText } from '../../../kit/middle-cut.tsx';
import { queries } from '../../api/queries.ts';

/** Which branch's releases are shown; nothing for a build whose releases name none. */
export function BranchFilter({
  buildId,
  branch,
  onChange,
}: {
  buildId: number;
  /** Empty: all. */
  branch: string;
  onChange: (branch: string) => void;
}) {
  const { data } = useQuery(queries.branches(buildId));
  const branches = data?.branches ?? [];
  if (branches.length === 0 && branch === '') return null;
  const main = branches.filter(({ isMain }) => isMain);
  const others = branches.filter(({ isMain }) => !isMain);
  const isKnown = branch === '' || branches.some(({ name }) => name === branch);
  const options = (list: typeof branches) =>
    list.map(({ name }) => (
      <option key={name} value={name}>
        {visibleText(name)}
      </option>
    ));
  return (
    <select
      className="field branch-filter"
      aria-label="Branch"
      value={branch}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">All branches</option>
      {!isKnown && <option value={branch}>{visibleText(branch)}</option>}
      {main.length > 0 && <optgroup label="Main">{options(main)}</optgroup>}
      {others.length > 0 && <optgroup label="Branches">{options(others)}</optgroup>}
    </select>
  );
}
