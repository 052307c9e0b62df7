/** Finds folders that import each other, directly or through others. */
import { dirname } from 'node:path';

export interface ImportEdge {
  /** The importing file, with `/` between folders. */
  from: string;
  /** The imported file. */
  to: string;
}

export interface FolderCycle {
  /** Every folder of the cycle, sorted by name. */
  folders: readonly string[];
  /** The imports between them, one of which must be removed. */
  edges: readonly ImportEdge[];
}

/**
 * The strongly connected sets of folders. A folder contains only its direct files: `review` and `review/run` are
 * distinct.
 */
export function findFolderCycles(imports: readonly ImportEdge[]): FolderCycle[] {
  const between = imports.filter(({ from, to }) => dirname(from) !== dirname(to));
  const targets = new Map<string, Set<string>>();
  for (const { from, to } of between) {
    const known = targets.get(dirname(from)) ?? new Set<string>();
    targets.set(dirname(from), known.add(dirname(to)));
  }
  const reached = new Map([...targets.keys()].map((folder) => [folder, reachableFrom(folder, targets)]));
  const cycles: FolderCycle[] = [];
  const placed = new Set<string>();
  for (const folder of [...targets.keys()].sort()) {
    if (placed.has(folder) || !reached.get(folder)!.has(folder)) continue;
    const folders = [...reached.get(folder)!].filter((other) => reached.get(other)?.has(folder)).sort();
    folders.forEach((each) => placed.add(each));
    cycles.push({
      folders,
      edges: between.filter(
        ({ from, to }) => folders.includes(dirname(from)) && folders.includes(dirname(to)),
      ),
    });
  }
  return cycles;
}

function reachableFrom(start: string, targets: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const reached = new Set<string>();
  const waiting = [...(targets.get(start) ?? [])];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (reached.has(folder)) continue;
    reached.add(folder);
    waiting.push(...(targets.get(folder) ?? []));
  }
  return reached;
}
