import { childrenOf, type FoundBox, findBox, readBoxes } from "../isobmff/index.ts";

/** One cue of a `wvtt` sample. */
export type SampledCue = {
  readonly text: string;
  readonly name: string | undefined;
  readonly settings: string | undefined;
};

/** The cues of one sample of a `wvtt` track, ISO/IEC 14496-30 §6.6. @throws MalformedInput */
export function readWebVttSample(sample: Uint8Array): SampledCue[] {
  const cues = readBoxes(sample, 0, sample.length).filter(({ type }) => type === "vttc");
  return cues.map((cue) => {
    const boxes = childrenOf(sample, cue);
    const text = (type: string): string | undefined => textOf(sample, findBox(boxes, type));
    return { text: text("payl") ?? "", name: text("iden"), settings: text("sttg") };
  });
}

function textOf(sample: Uint8Array, found: FoundBox | undefined): string | undefined {
  if (found === undefined) return undefined;
  const text = new TextDecoder().decode(sample.subarray(found.body, found.end));
  return text.replace(/\0+$/, "");
}
