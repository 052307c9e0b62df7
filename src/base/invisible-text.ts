/** Invisible characters, which make one text look like another or reverse the text after them. */

/** Scripts whose letters need no joiners. */
const plain = '[\\p{sc=Latin}\\p{sc=Greek}\\p{sc=Cyrillic}\\p{sc=Common}\\p{sc=Inherited}]';
const joined = `(?:\\p{Extended_Pictographic}|(?!${plain})[\\p{L}\\p{M}])`;
const pattern = [
  // Marks, embeddings, overrides and isolates of the writing direction.
  '[\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u206F]',
  // Zero-width spaces and letters, soft hyphens, invisible operators, annotations, notation controls.
  '[\\u00AD\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u200B\\u2060-\\u2065\\u3164\\uFEFF\\uFFA0\\uFFF0-\\uFFFB]',
  '[\\u{13430}-\\u{1343F}\\u{1BCA0}-\\u{1BCA3}\\u{1D173}-\\u{1D17A}]',
  // Tags, except those of a flag; variation selectors, except after letters and emoji that have variants.
  '(?<!\\u{1F3F4}[\\u{E0020}-\\u{E007F}]*)[\\u{E0000}-\\u{E007F}]',
  '[\\u{E0080}-\\u{E00FF}\\u{E01F0}-\\u{E0FFF}]',
  '(?<!\\p{sc=Han})[\\u{E0100}-\\u{E01EF}]',
  '(?<![\\p{Emoji}\\p{sc=Han}\\p{sc=Myanmar}\\p{S}])[\\uFE00-\\uFE0F]',
  // Joiners, except between emoji and between letters that join.
  `(?<!(?:${joined}|\\p{Emoji_Modifier}|\\uFE0F))[\\u200C\\u200D]`,
  `[\\u200C\\u200D](?!${joined})`,
].join('|');
// Single code points are intended; none is part of a longer sequence.
/* eslint-disable no-misleading-character-class */
const first = new RegExp(pattern, 'u');
const every = new RegExp(pattern, 'gu');
/* eslint-enable no-misleading-character-class */

/** The first of them, as `U+202E`; null where there is none. */
export function invisibleCharacterIn(text: string): string | null {
  const found = first.exec(text);
  return found === null ? null : codePointOf(found[0]);
}

/** Writes each of them out, as in `[U+202E]`, to display text that was stored without validation. */
export function madeVisible(text: string): string {
  return text.replace(every, (character) => `[${codePointOf(character)}]`);
}

function codePointOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}
