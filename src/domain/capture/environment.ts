/** What a screenshot depends on besides its page: the browser, its switches, the platform and the fonts. */

export interface CaptureEngine {
  /** `chromium`. */
  browser: string;
  /** For example `156.0.8078.79`. */
  version: string;
  /** Operating system and processor: `linux x64`. */
  platform: string;
  /** Of the fonts that the browser can use: 16 hexadecimal digits; null where they are not known. */
  fontsDigest: string | null;
  /** Of the rules by which pages are captured: 16 hexadecimal digits. */
  flagsDigest: string;
}

export const environmentParts = ['browser', 'platform', 'fonts', 'flags'] as const;

/** In what two captures were made differently. */
export interface EnvironmentDifference {
  part: (typeof environmentParts)[number];
  /** Empty where it was not recorded. */
  before: string;
  after: string;
}

/** What is known of one capture; earlier versions record only the browser. */
export interface RecordedEnvironment {
  /** For example `Chromium 156.0.8078.79`. */
  browserVersion: string;
  engine?: CaptureEngine | undefined;
}

/** The differences of two captures, in the order of {@link environmentParts}; null: none, or too little is known. */
export function environmentChange(
  before: RecordedEnvironment | null,
  after: RecordedEnvironment | null,
): EnvironmentDifference[] | null {
  if (before === null || after === null) return null;
  const differences: EnvironmentDifference[] = [];
  const add = (part: EnvironmentDifference['part'], old: string, now: string): void => {
    if (old !== now) differences.push({ part, before: old, after: now });
  };
  add('browser', before.browserVersion, after.browserVersion);
  if (after.engine !== undefined) {
    const old = before.engine;
    if (old !== undefined) {
      add('platform', old.platform, after.engine.platform);
      if (old.fontsDigest !== null && after.engine.fontsDigest !== null)
        add('fonts', old.fontsDigest, after.engine.fontsDigest);
    }
    add('flags', old?.flagsDigest ?? '', after.engine.flagsDigest);
  }
  return differences.length === 0 ? null : differences;
}

/** `The browser changed from 156 to 157, and the fonts are different`, without a period. */
export function describeEnvironmentChange(differences: readonly EnvironmentDifference[]): string {
  const parts = differences.map(describeDifference);
  const last = parts.pop() ?? '';
  const text = parts.length === 0 ? last : `${parts.join(', ')}, and ${last}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function describeDifference({ part, before, after }: EnvironmentDifference): string {
  switch (part) {
    case 'browser':
      return `the browser changed from ${shortVersions(before, after).join(' to ')}`;
    case 'platform':
      return `the platform changed from ${before} to ${after}`;
    case 'fonts':
      return 'the installed fonts changed';
    case 'flags':
      return before === ''
        ? 'the baseline has no record of how it was captured (earlier versions captured pages without a mouse, some in their touch layout)'
        : 'this version of dpxdt sets the browser up differently';
  }
}

/** What the words leave out, one line each: full versions and digests. */
export function versionsOf(differences: readonly EnvironmentDifference[]): string {
  return differences
    .map(({ part, before, after }) => `${part}: ${before || 'not recorded'} → ${after}`)
    .join('\n');
}

/** `156` and `157`; more of the versions where these are equal, names where they differ. */
function shortVersions(before: string, after: string): [string, string] {
  const [oldName, old = ''] = before.split(' ');
  const [newName, now = ''] = after.split(' ');
  if (oldName !== newName) return [before, after];
  const [oldParts, newParts] = [old.split('.'), now.split('.')];
  const first = oldParts.findIndex((part, index) => part !== newParts[index]);
  const upTo = first === -1 ? oldParts.length : first + 1;
  return [oldParts.slice(0, upTo).join('.'), newParts.slice(0, upTo).join('.')];
}

/** A test or run with the environment of its images. */
export interface ComparedEnvironment {
  change: readonly EnvironmentDifference[] | null;
  /** Whether its images differ. */
  differs: boolean;
}

/**
 * One sentence for each way in which the environment changed, most tests first:
 * `The browser changed from 156 to 157: 38 of 40 differ.` Empty where it did not change, or nothing differs for it.
 */
export function summarizeEnvironments(compared: readonly ComparedEnvironment[]): string[] {
  const groups = new Map<string, { total: number; differing: number }>();
  for (const { change, differs } of compared) {
    if (change === null) continue;
    const words = describeEnvironmentChange(change);
    const group = groups.get(words) ?? { total: 0, differing: 0 };
    group.total++;
    if (differs) group.differing++;
    groups.set(words, group);
  }
  return [...groups]
    .filter(([, { differing }]) => differing > 0)
    .sort(([, a], [, b]) => b.total - a.total)
    .map(
      ([words, { total, differing }]) =>
        `${words}: ${differing} of ${total} ${differing === 1 ? 'differs' : 'differ'}.`,
    );
}
