import type { Video } from "@oxbow/site-contract";
import { type ReactNode, useState } from "react";
import { Checkbox, CopyField, Dialog, Field } from "../ui/index.tsx";
import { useWatchTexts } from "./texts.ts";

/** What an embedded player needs of the page around it. */
const embedCode = (address: string, title: string): string =>
  `<iframe src="${address}" width="960" height="540" title="${title
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll(
      "<",
      "&lt;",
    )}" style="border:0" allow="autoplay; fullscreen; picture-in-picture" allowfullscreen></iframe>`;

/** Link, link to this moment, and embed code. */
export function ShareDialog({
  video,
  here,
  onClose,
}: {
  readonly video: Video;
  /** A link to the moment that is watched; undefined where nothing plays. */
  readonly here: string | undefined;
  readonly onClose: () => void;
}): ReactNode {
  const texts = useWatchTexts();
  const [now, setNow] = useState(false);
  const link = now && here !== undefined ? here : `${location.origin}/watch/${video.id}`;
  const moment = new URL(link).searchParams.get("t");
  const embed = new URL(`/embed/${video.id}`, location.origin);
  if (moment !== null) embed.searchParams.set("t", moment);
  return (
    <Dialog open title={texts.shareTitle} onClose={onClose}>
      <Field label={texts.shareLink} hint={hintOf(video, texts.sharePrivate)}>
        <CopyField value={link} />
      </Field>
      {here === undefined ? null : (
        <Checkbox
          label={texts.shareNow}
          checked={now}
          onChange={(event) => setNow(event.currentTarget.checked)}
        />
      )}
      {video.visibility === "private" ? null : (
        <Field label={texts.shareEmbed}>
          <CopyField value={embedCode(embed.href, video.title)} />
        </Field>
      )}
    </Dialog>
  );
}

const hintOf = (video: Video, isPrivate: string): string | undefined =>
  video.visibility === "private" ? isPrivate : undefined;
