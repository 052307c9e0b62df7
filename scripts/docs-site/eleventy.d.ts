/** The part of Eleventy's API that the build uses; the package has no types. */
declare module '@11ty/eleventy' {
  import type MarkdownIt from 'markdown-it';

  export interface EleventyConfig {
    setLibrary(language: 'md', library: MarkdownIt): void;
    /** @param path below the input folder; the file need not exist */
    addTemplate(path: string, content: string, data: Record<string, unknown>): void;
    addPassthroughCopy(copies: Record<string, string>): void;
    setUseGitIgnore(use: boolean): void;
  }

  export default class Eleventy {
    /** Paths are relative to the current folder. */
    constructor(
      input: string,
      output: string,
      options: { quietMode?: boolean; config?: (config: EleventyConfig) => Record<string, unknown> },
    );
    /** Errors are still thrown. */
    disableLogger(): void;
    write(): Promise<unknown>;
  }
}
