/** Names are told apart by so many colours. */
export const HUES = 12;

/** The hue of a person's name, in degrees of OKLCH: always the same for the same person. */
export function hueOfAuthor(id: string): number {
  let sum = 0;
  for (let at = 0; at < id.length; at++) sum = (sum * 31 + id.charCodeAt(at)) >>> 0;
  return (sum % HUES) * (360 / HUES);
}
