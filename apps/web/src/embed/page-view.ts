import type { PageData, VideoPage } from "@oxbow/site-contract";

/** How asking for a video went. */
export type Asked = { readonly page: VideoPage } | { readonly status: number };

/** The longest that an answer is waited for, in milliseconds. */
const PATIENCE = 20_000;

/** What the server has put into the page; undefined where it refused. */
export function firstView(text: string): VideoPage | undefined {
  if (text === "") return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own server has written it
  const { answers } = JSON.parse(text) as PageData;
  const found = answers.find(({ id }) => id === "videos.view");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- likewise, in the contract's words
  return found?.answer as VideoPage | undefined;
}

/** A video as the site tells it now. */
export async function askView(video: string): Promise<Asked> {
  try {
    const answer = await fetch(`/api/videos/${encodeURIComponent(video)}`, {
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!answer.ok) return { status: answer.status };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- in the contract's words
    return { page: (await answer.json()) as VideoPage };
  } catch (problem) {
    console.info("The site is out of reach", problem);
    return { status: 0 };
  }
}
