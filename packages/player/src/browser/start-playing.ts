/**
 * Starts with sound where the browser allows it, else without; where it allows neither, the viewer
 * must press.
 */
export async function startPlaying(video: HTMLVideoElement): Promise<"started" | "blocked"> {
  if (await began(video)) return "started";
  video.muted = true;
  // Whoever reads this knows that the sound was taken away, not turned off by the viewer.
  video.dataset["silenced"] = "";
  if (await began(video)) return "started";
  video.muted = false;
  delete video.dataset["silenced"];
  return "blocked";
}

async function began(video: HTMLVideoElement): Promise<boolean> {
  try {
    await video.play();
    return true;
  } catch (problem) {
    // Anything else (a source that was exchanged meanwhile) is no refusal.
    return !(problem instanceof DOMException && problem.name === "NotAllowedError");
  }
}
