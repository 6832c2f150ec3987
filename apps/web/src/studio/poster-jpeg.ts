import { MOST_POSTER_BYTES, POSTER_SIZE } from "@oxbow/site-contract/poster-limits";

/** The best first; the last is small enough for whatever is on it. */
const QUALITIES = [0.88, 0.75, 0.5, 0.25] as const;

/**
 * What the site takes as a video's picture, out of a file of any format and size that the browser reads:
 * the middle of it, in base64. What else the file knows, such as where it was taken, stays behind.
 * Rejects where the file is no picture.
 */
export async function posterJpeg(file: Blob): Promise<string> {
  const picture = await createImageBitmap(file);
  const canvas = drawn(picture);
  picture.close();
  for (const quality of QUALITIES) {
    const jpeg = await canvas.convertToBlob({ type: "image/jpeg", quality });
    if (jpeg.size <= MOST_POSTER_BYTES) return base64Of(jpeg);
  }
  throw new Error("The picture could not be made small enough");
}

/** A picture that fills the size of posters; what sticks out at two sides is cut off. */
function drawn(picture: ImageBitmap): OffscreenCanvas {
  const { width, height } = POSTER_SIZE;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser draws no pictures");
  // What is transparent would be black.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  const scale = Math.max(width / picture.width, height / picture.height);
  const [w, h] = [picture.width * scale, picture.height * scale];
  context.drawImage(picture, (width - w) / 2, (height - h) / 2, w, h);
  return canvas;
}

function base64Of(blob: Blob): Promise<string> {
  const reader = new FileReader();
  return new Promise((resolve, reject) => {
    reader.addEventListener("load", () => {
      const url = typeof reader.result === "string" ? reader.result : "";
      resolve(url.slice(url.indexOf(",") + 1));
    });
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(blob);
  });
}
