import './middle-cut.css';

/** Characters of the end that stay visible, because the end distinguishes long names. */
const tailLength = 14;
const cutFrom = 24;

/** One line of text, cut in the middle if it does not fit; the tooltip has all of it. */
export function MiddleCut({ text: raw }: { text: string }) {
  const text = visibleText(raw);
  const characters = [...text];
  if (characters.length < cutFrom)
    return (
      <bdi className="cut" title={text}>
        <span className="cut-head">{text}</span>
      </bdi>
    );
  return (
    <bdi className="cut" title={text}>
      <span className="visually-hidden">{text}</span>
      <span className="cut-head" aria-hidden="true">
        {characters.slice(0, -tailLength).join('')}
      </span>
      <span className="cut-tail" aria-hidden="true">
        {characters.slice(-tailLength).join('')}
      </span>
    </bdi>
  );
}

/** Writes out characters that would reverse or hide nearby text: `⟨U+202E⟩`. */
export function visibleText(text: string): string {
  return text.replaceAll(
    /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `⟨U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
}

/** A name for a sentence: at most 60 characters. */
export function shortName(name: string): string {
  const characters = [...visibleText(name)];
  if (characters.length <= 60) return characters.join('');
  return `${characters.slice(0, 40).join('')}…${characters.slice(-19).join('')}`;
}
