import { runFfmpeg } from "./ffmpeg-child.ts";

/** What this machine's ffmpeg can do for a test stream. */
export type EncoderProbe =
  /** `text`: whether it draws text, with a font that it finds. */
  | { readonly can: true; readonly text: boolean }
  | { readonly can: false; readonly missing: "ffmpeg" | "encoder" };

const CLOCK =
  "drawtext=text='%{localtime\\:%X}':fontsize=h/8:fontcolor=white:box=1:boxcolor=black@0.6:boxborderw=8:x=(w-tw)/2:y=h*0.8";

const X264 = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency"] as const;

const onePicture = (filter: string): readonly string[] => [
  ...["-f", "lavfi", "-i", `color=s=128x72:r=5:d=0.4,${filter}`],
  ...[...X264, "-frames:v", "1", "-f", "null", "-"],
];

/** Tries one picture: what is listed as there may still lack its fonts. */
export async function probeEncoder(program: string): Promise<EncoderProbe> {
  const withText = await runFfmpeg(program, onePicture(CLOCK));
  if (withText.missing) return { can: false, missing: "ffmpeg" };
  if (withText.code === 0) return { can: true, text: true };
  const { code } = await runFfmpeg(program, onePicture("null"));
  return code === 0 ? { can: true, text: false } : { can: false, missing: "encoder" };
}

/**
 * Arguments of an encoder that writes a test picture with a running clock and a beep each second,
 * as FLV to its standard output, 1280x720 at 30 pictures a second with a keyframe every two seconds, for
 * `seconds`.
 */
export function testStreamArguments(seconds: number, text: boolean): string[] {
  const clock = text ? `,${CLOCK}` : "";
  const beep = "aevalsrc='if(lt(mod(t,1),0.08),0.25*sin(2*PI*880*t),0)':s=48000";
  return [
    ...["-re", "-f", "lavfi", "-i", `testsrc2=s=1280x720:r=30${clock},format=yuv420p`],
    ...["-re", "-f", "lavfi", "-i", beep],
    ...[...X264, "-g", "60", "-keyint_min", "60", "-sc_threshold", "0"],
    ...["-b:v", "2M", "-maxrate", "2M", "-bufsize", "2M", "-threads", "1"],
    ...["-c:a", "aac", "-b:a", "96k", "-ac", "2"],
    ...[
      "-t",
      String(seconds),
      "-f",
      "flv",
      "-flvflags",
      "no_duration_filesize",
      "-flush_packets",
      "1",
      "pipe:1",
    ],
  ];
}

/** Seconds of the sample film. */
export const FILM_SECONDS = 12;

const words = (said: string, size: string, y: string): string =>
  `,drawtext=text='${said}':fontsize=${size}:fontcolor=white@0.9:x=(w-tw)/2:y=${y}`;

/** Arguments that make the sample film at `path`. */
export function filmArguments(path: string, text: boolean): string[] {
  const title = text
    ? `${words("Oxbow", "h/6", "h*0.32")}${words("a live stream leaves a video behind", "h/20", "h*0.58")}`
    : "";
  const colours = "c0=0x0b3d5c:c1=0x1f8a9e:c2=0x274060:c3=0xe0a458:n=4:speed=0.01";
  const end = FILM_SECONDS - 2;
  const chord = [220, 277.18, 329.63].map((hertz) => `0.07*sin(2*PI*${hertz}*t)`).join("+");
  return [
    ...[
      "-f",
      "lavfi",
      "-i",
      `gradients=s=640x360:r=25:d=${FILM_SECONDS}:${colours}${title},fade=d=1,fade=out:st=${end}:d=2,format=yuv420p`,
    ],
    ...[
      "-f",
      "lavfi",
      "-i",
      `aevalsrc='${chord}':s=48000:d=${FILM_SECONDS},afade=d=2,afade=out:st=${end}:d=2`,
    ],
    ...["-c:v", "libx264", "-preset", "superfast", "-crf", "26", "-g", "50", "-threads", "1"],
    ...["-c:a", "aac", "-b:a", "96k", "-ac", "2", "-movflags", "+faststart", "-y", path],
  ];
}
