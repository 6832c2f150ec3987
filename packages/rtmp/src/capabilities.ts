import {
  type AmfObject,
  AUDIO_FOUR_CC,
  type FlvAudioCodec,
  type FlvVideoCodec,
  isAmfObject,
  VIDEO_FOUR_CC,
} from "@oxbow/containers";

/** Flags of `capsEx` (Enhanced RTMP v2, "Enhancing NetConnection connect Command"). */
const capsEx = { reconnect: 1, multitrack: 2, modEx: 4, timestampNanoOffset: 8 } as const;

/** Multitrack is parsed but only its first track is carried, so it is not claimed. */
const OUR_CAPS_EX = capsEx.reconnect | capsEx.modEx | capsEx.timestampNanoOffset;
/** FourCcInfoMask: what comes in is passed on as it is. */
const CAN_FORWARD = 4;

/** The codecs that the consumer carries; only these are claimed. */
export type CarriedCodecs = {
  readonly video: readonly FlvVideoCodec[];
  readonly audio: readonly FlvAudioCodec[];
};

/** Whether the client said that it obeys a request to connect anew. */
export function reconnects(connect: AmfObject): boolean {
  const caps = connect["capsEx"];
  return typeof caps === "number" && (caps & capsEx.reconnect) !== 0;
}

/**
 * The enhanced properties of the answer to `connect`: for each property that the client sent, what
 * both sides can do. Empty for a client that said nothing of Enhanced RTMP.
 */
export function capabilityEcho(connect: AmfObject, carried: CarriedCodecs): AmfObject {
  const video = carried.video.map((codec) => VIDEO_FOUR_CC[codec]);
  const audio = carried.audio.map((codec) => AUDIO_FOUR_CC[codec]);
  const echo: AmfObject = {};
  const list = connect["fourCcList"];
  if (Array.isArray(list)) {
    const any = list.includes("*");
    echo["fourCcList"] = [...video, ...audio].filter((fourCc) => any || list.includes(fourCc));
  }
  const videoMap = connect["videoFourCcInfoMap"];
  if (isAmfObject(videoMap)) echo["videoFourCcInfoMap"] = infoMap(videoMap, video);
  const audioMap = connect["audioFourCcInfoMap"];
  if (isAmfObject(audioMap)) echo["audioFourCcInfoMap"] = infoMap(audioMap, audio);
  const caps = connect["capsEx"];
  if (typeof caps === "number") echo["capsEx"] = caps & OUR_CAPS_EX;
  return echo;
}

function infoMap(asked: AmfObject, carried: readonly string[]): AmfObject {
  const any = "*" in asked;
  const map: AmfObject = {};
  for (const fourCc of carried) if (any || fourCc in asked) map[fourCc] = CAN_FORWARD;
  return map;
}
