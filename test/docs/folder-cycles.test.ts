import { describe, expect, it } from 'vitest';
import { findFolderCycles } from '../../scripts/folder-cycles.ts';

const imports = (...edges: [from: string, to: string][]) => edges.map(([from, to]) => ({ from, to }));

describe('cycles between folders', () => {
  it('finds two folders that import each other', () => {
    const edges = imports(['web/a/one.ts', 'web/b/two.ts'], ['web/b/three.ts', 'web/a/four.ts']);
    expect(findFolderCycles(edges)).toEqual([{ folders: ['web/a', 'web/b'], edges }]);
  });

  it('finds a cycle over three folders, and leaves out who only imports into it', () => {
    const edges = imports(
      ['a/x.ts', 'b/x.ts'],
      ['b/y.ts', 'c/x.ts'],
      ['c/y.ts', 'a/y.ts'],
      ['d/x.ts', 'a/x.ts'],
    );
    const [cycle, ...others] = findFolderCycles(edges);
    expect(others).toEqual([]);
    expect(cycle!.folders).toEqual(['a', 'b', 'c']);
    expect(cycle!.edges).toHaveLength(3);
  });

  it('takes a folder and what lies below it as two', () => {
    const edges = imports(
      ['cli/program.ts', 'cli/commands/run.ts'],
      ['cli/commands/run.ts', 'cli/context.ts'],
    );
    expect(findFolderCycles(edges).map(({ folders }) => folders)).toEqual([['cli', 'cli/commands']]);
  });

  it('keeps two cycles apart', () => {
    const edges = imports(['a/x', 'b/x'], ['b/x', 'a/x'], ['b/x', 'c/x'], ['c/x', 'd/x'], ['d/x', 'c/x']);
    expect(findFolderCycles(edges).map(({ folders }) => folders)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('is silent about imports in one direction and within a folder', () => {
    expect(
      findFolderCycles(imports(['a/x.ts', 'b/x.ts'], ['a/x.ts', 'c/x.ts'], ['b/x.ts', 'c/x.ts'])),
    ).toEqual([]);
    expect(findFolderCycles(imports(['a/x.ts', 'a/y.ts'], ['a/y.ts', 'a/x.ts']))).toEqual([]);
  });
});
