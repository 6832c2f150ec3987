/** A text as a part of a pattern of `like … escape '\\'`. */
export function likeText(text: string): string {
  return text.replace(/[\\%_]/g, (sign) => `\\${sign}`);
}
