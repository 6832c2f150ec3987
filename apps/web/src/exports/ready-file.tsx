import type { ExportWish } from "@oxbow/site-contract";
import type { ReactNode } from "react";
import { call, useChange, useErrorText } from "../core/index.ts";
import {
  Button,
  buttonClass,
  CopyField,
  Field,
  Icon,
  Notice,
  Refusal,
  useToast,
} from "../ui/index.tsx";
import css from "./exports.module.css";
import { useExportTexts } from "./texts.ts";
import { useWishDone } from "./use-wish-done.ts";

type File = NonNullable<ExportWish["file"]>;

/** A file that is there: publish, download, share. */
export function ReadyFile({
  wish,
  file,
}: {
  readonly wish: ExportWish;
  readonly file: File;
}): ReactNode {
  const texts = useExportTexts();
  const errorText = useErrorText();
  const tell = useToast();
  const publish = useChange(
    "exports.publish",
    useWishDone(() => tell(texts.published, "good")),
  );
  const as = (how: "replace" | "clip") => () =>
    publish.mutate({ params: { wish: wish.id }, body: { as: how } });
  const isOffered = file.video === null;
  return (
    <>
      <div role="status">
        <Notice tone="good" title={texts.ready}>
          {isOffered ? texts.readyOffered : texts.readyPublished}
        </Notice>
      </div>
      <Refusal>{publish.error && errorText(publish.error)}</Refusal>
      <div className={css["buttons"]}>
        {isOffered ? (
          <>
            <Button variant="primary" busy={publish.isPending} onClick={as("replace")}>
              {texts.publishReplace}
            </Button>
            <Button busy={publish.isPending} onClick={as("clip")}>
              {texts.publishClip}
            </Button>
          </>
        ) : (
          <a href={`/watch/${file.video}`} className={buttonClass({ variant: "primary" })}>
            <Icon name="play" />
            {texts.watch}
          </a>
        )}
        <Downloads wish={wish.id} file={file} />
      </div>
      {isOffered ? null : (
        <Field label={texts.pageLink}>
          <CopyField value={new URL(`/watch/${file.video}`, location.href).href} />
        </Field>
      )}
    </>
  );
}

function Downloads({ wish, file }: { readonly wish: string; readonly file: File }): ReactNode {
  const texts = useExportTexts();
  const tell = useToast();
  // An address is asked for when it is wanted: it may carry a token that ends.
  const fetchFile = async (rendition: string): Promise<void> => {
    try {
      const { url } = await call("exports.download", { params: { wish }, query: { rendition } });
      location.assign(url);
    } catch {
      tell(texts.downloadFailed, "bad");
    }
  };
  return file.files.map(({ rendition }) => (
    <Button key={rendition} icon="download" onClick={() => void fetchFile(rendition)}>
      {file.files.length === 1
        ? texts.download
        : texts.downloadOf(rendition === "source" ? texts.source : rendition)}
    </Button>
  ));
}
