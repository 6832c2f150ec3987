import { type Box, box, u8, u16, u32, utf8 } from "../isobmff/index.ts";
import { type Style, type StyledText, styledText } from "./styled-text.ts";
import { shortened } from "./user-data.ts";

/** Opaque white, as text is shown where nothing is said of it. */
const WHITE = [255, 255, 255, 255];
const FONT = "Helvetica";
const FONT_ID = 1;
/** "All samples are forced", with the "some" that goes with it (QuickTime File Format, subtitle media). */
const FORCED = 0xc000_0000;
const MOST_BYTES = 0xffff;

/** The box of a text over the pictures, in pixels. */
export type TextBox = { readonly width: number; readonly height: number; readonly font: number };

/** `tx3g`, 3GPP TS 26.245 §5.16: white text, centred, at the bottom of its box, on nothing. */
export function timedTextEntry({ width, height, font }: TextBox, forced: boolean): Box {
  const name = utf8(FONT);
  return box(
    "tx3g",
    u8(0, 0, 0, 0, 0, 0),
    u16(1), // data_reference_index
    u32(forced ? FORCED : 0),
    u8(1, -1), // centred; at the bottom
    u8(0, 0, 0, 0), // no background
    u16(0, 0, height, width),
    u16(0, 0, FONT_ID),
    u8(0, font, ...WHITE),
    box("ftab", u16(1, FONT_ID), u8(name.length), name),
  );
}

/** One sample: the texts of cues, one below another; nothing is shown where there is none (§5.17). */
export function timedTextSample(cues: readonly string[], font: number): Uint8Array {
  const { text, styles } = styledText(cues.join("\n"));
  const bytes = shortened(text, MOST_BYTES);
  const records = styles.filter(({ to }) => to <= MOST_BYTES).slice(0, MOST_BYTES);
  const sample = new Uint8Array(2 + bytes.length + (records.length && 10 + 12 * records.length));
  const view = new DataView(sample.buffer);
  view.setUint16(0, bytes.length);
  sample.set(bytes, 2);
  if (records.length === 0) return sample;
  let at = 2 + bytes.length;
  view.setUint32(at, sample.length - at);
  view.setUint32(at + 4, 0x7374_796c); // styl
  view.setUint16(at + 8, records.length);
  at += 10;
  for (const { from, to, faces } of records) {
    view.setUint16(at, from);
    view.setUint16(at + 2, to);
    view.setUint16(at + 4, FONT_ID);
    sample.set([faces, font, ...WHITE], at + 6);
    at += 12;
  }
  return sample;
}

/** What a sample shows; undefined where that is nothing. */
export function readTimedText(sample: Uint8Array): StyledText | undefined {
  if (sample.length < 2) return undefined;
  const view = new DataView(sample.buffer, sample.byteOffset, sample.byteLength);
  const length = Math.min(view.getUint16(0), sample.length - 2);
  const bytes = sample.subarray(2, 2 + length);
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes);
  return text === "" ? undefined : { text, styles: readStyles(sample, view, 2 + length) };
}

/** UTF-16 begins with its mark (§5.17.1.1). */
function encodingOf([a, b]: Uint8Array): string {
  if (a === 0xfe && b === 0xff) return "utf-16be";
  return a === 0xff && b === 0xfe ? "utf-16le" : "utf-8";
}

/** The records of `styl` among the boxes after the text. */
function readStyles(sample: Uint8Array, view: DataView, from: number): Style[] {
  const styles: Style[] = [];
  for (let at = from; at + 8 <= sample.length; ) {
    const size = view.getUint32(at);
    if (size < 8 || at + size > sample.length) break;
    if (view.getUint32(at + 4) === 0x7374_796c && size >= 10) {
      const count = Math.min(view.getUint16(at + 8), Math.floor((size - 10) / 12));
      for (let place = at + 10; place < at + 10 + count * 12; place += 12) {
        const faces = view.getUint8(place + 6) & 7;
        if (faces === 0) continue;
        styles.push({ from: view.getUint16(place), to: view.getUint16(place + 2), faces });
      }
    }
    at += size;
  }
  return styles;
}
