/** Reads and edits CHANGELOG.md: a second-level section per version, newest first. */

const unreleased = 'Unreleased';

interface Section {
  /** `Unreleased`, or a version with its date. */
  heading: string;
  /** The text below the heading, trimmed. */
  text: string;
  /** Offsets of the heading's start and the section's end, in characters. */
  start: number;
  end: number;
}

function sectionsOf(changelog: string): Section[] {
  const headings = [...changelog.matchAll(/^## (.+)$/gm)];
  return headings.map((match, index) => {
    const end = headings[index + 1]?.index ?? changelog.length;
    return {
      heading: match[1]!.trim(),
      text: changelog.slice(match.index + match[0].length, end).trim(),
      start: match.index,
      end,
    };
  });
}

/** Released versions, newest first. */
export function releasedVersions(changelog: string): string[] {
  return sectionsOf(changelog)
    .map(({ heading }) => heading.split(' ')[0]!)
    .filter((name) => name !== unreleased);
}

/**
 * The section of a version, without its heading.
 *
 * @param version a version, or `Unreleased`
 * @returns null if there is no such section
 */
export function notesOf(changelog: string, version: string): string | null {
  return sectionsOf(changelog).find(({ heading }) => heading.split(' ')[0] === version)?.text ?? null;
}

/** Whether a section has content besides headings. */
export function saysSomething(notes: string): boolean {
  return notes.split('\n').some((line) => line.trim() !== '' && !line.startsWith('#'));
}

/**
 * Moves the content of "Unreleased" to a version's section and leaves "Unreleased" empty.
 *
 * @param date such as `2026-11-28`
 * @throws Error if there is no "Unreleased"
 */
export function moveUnreleased(changelog: string, version: string, date: string): string {
  const section = sectionsOf(changelog).find(({ heading }) => heading === unreleased);
  if (section === undefined) throw new Error('CHANGELOG.md has no section "## Unreleased".');
  const rest = changelog.slice(section.end);
  const released = `## ${unreleased}\n\n## ${version} - ${date}\n\n${section.text}\n`;
  return `${changelog.slice(0, section.start)}${released}${rest === '' ? '' : `\n${rest}`}`;
}
