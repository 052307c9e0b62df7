/** One thing that is not released, and one release. */
export const sampleChangelog = `# Changelog

## Unreleased

### Added

- A thing.

## 0.1.0 - 2026-01-02

- The first.
`;
