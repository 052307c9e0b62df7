/** A text of at most so many characters; where it is cut, it ends with an ellipsis. */
export function cutText(text: string, maxLength: number): string {
  const characters = [...text];
  return characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join('')}…` : text;
}
