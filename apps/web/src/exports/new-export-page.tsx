import type { ExportChoices } from "@oxbow/site-contract";
import { type FormEvent, type ReactNode, useState } from "react";
import {
  useCall,
  useChange,
  useErrorText,
  useFormats,
  useGo,
  useQueryTexts,
  useTitle,
} from "../core/index.ts";
import {
  Button,
  buttonClass,
  Checkbox,
  EmptyState,
  ErrorState,
  Field,
  Loading,
  PageHeader,
  RadioGroup,
  Refusal,
  TextInput,
} from "../ui/index.tsx";
import { bodyOf, type ExportDraft, isLanguage } from "./export-draft.ts";
import css from "./exports.module.css";
import { Qualities } from "./qualities.tsx";
import { Subtitles } from "./subtitles.tsx";
import { useExportTexts } from "./texts.ts";

type Range = { readonly from: string; readonly to: string };

/** `/studio/exports/new?video=&from=&to=&cut=`: a wish for a file, as the trim editor hands it over. */
export function NewExportPage(): ReactNode {
  const { form: texts, toRecordings } = useExportTexts();
  const asked = useQueryTexts();
  const video = asked.get("video");
  const [from, to] = [asked.get("from"), asked.get("to")];
  useTitle(texts.title);
  if (video === null) {
    return (
      <EmptyState
        page
        title={texts.noVideo}
        actions={
          <a href="/studio/recordings" className={buttonClass({ variant: "primary" })}>
            {toRecordings}
          </a>
        }
      />
    );
  }
  const range = from === null || to === null ? null : { from, to };
  const cut = asked.get("cut") === "exact" ? "exact" : "keyframe";
  return <WithChoices video={video} range={range} cut={cut} />;
}

function WithChoices({
  video,
  range,
  cut,
}: {
  readonly video: string;
  readonly range: Range | null;
  readonly cut: ExportDraft["cut"];
}): ReactNode {
  const all = useExportTexts();
  const texts = all.form;
  const errorText = useErrorText();
  const choices = useCall("exports.choices", { params: { video }, query: range ?? {} });
  const { data, error } = choices;
  if (data !== undefined) return <Form choices={data} range={range} cut={cut} />;
  if (error === null) return <Loading />;
  const back = (
    <a href="/studio/recordings" className={buttonClass()}>
      {all.toRecordings}
    </a>
  );
  if (error.reason === "nothing_recorded" || error.reason === "range_without_media") {
    return (
      <EmptyState page title={texts.nothing} actions={back}>
        {texts.nothingAbout}
      </EmptyState>
    );
  }
  return (
    <ErrorState
      page
      title={error.code === "not_found" ? all.notThere : all.loadFailed}
      onRetry={() => void choices.refetch()}
      actions={back}
    >
      {errorText(error)}
    </ErrorState>
  );
}

function Form({
  choices,
  range,
  cut,
}: {
  readonly choices: ExportChoices;
  readonly range: Range | null;
  readonly cut: ExportDraft["cut"];
}): ReactNode {
  const { form: texts } = useExportTexts();
  const errorText = useErrorText();
  const go = useGo();
  const [tried, setTried] = useState(false);
  const [draft, setDraft] = useState<ExportDraft>({
    title: choices.video.title,
    mode: "copy",
    renditions: ["source"],
    cut,
    gaps: "skip",
    loudness: false,
    subtitles: [],
    publish: range === null ? "replace" : "clip",
  });
  const change = (part: Partial<ExportDraft>): void =>
    setDraft((before) => ({ ...before, ...part }));
  const create = useChange("exports.create", {
    invalidates: ["exports.list"],
    onDone: ({ id }) => go(`/studio/exports/${id}`, { replace: true }),
  });
  const isWrong =
    draft.renditions.length === 0 || draft.subtitles.some(({ language }) => !isLanguage(language));
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (isWrong) return;
    create.mutate({ body: bodyOf(draft, choices.video.id, range) });
  };
  return (
    <>
      <PageHeader title={texts.title} about={texts.about(choices.video.title)} />
      <form className={css["form"]} onSubmit={send} noValidate>
        <Part choices={choices} isWhole={range === null} />
        <Field label={texts.name}>
          <TextInput
            value={draft.title}
            maxLength={150}
            onChange={(event) => change({ title: event.target.value })}
          />
        </Field>
        <Making draft={draft} choices={choices} isWhole={range === null} change={change} />
        <Qualities draft={draft} choices={choices} change={change} tried={tried} />
        <Subtitles draft={draft} change={change} tried={tried} />
        <Publishing draft={draft} change={change} />
        <Refusal>
          {create.error &&
            (create.error.reason === "still_live" ? texts.live : errorText(create.error))}
        </Refusal>
        <div className={css["buttons"]}>
          <Button type="submit" variant="primary" busy={create.isPending}>
            {texts.send}
          </Button>
        </div>
      </form>
    </>
  );
}

function Part({
  choices,
  isWhole,
}: {
  readonly choices: ExportChoices;
  readonly isWhole: boolean;
}): ReactNode {
  const { form: texts } = useExportTexts();
  const formats = useFormats();
  const seconds = (Date.parse(choices.to) - Date.parse(choices.from)) / 1000;
  const said = isWhole ? texts.partWhole : texts.partRange;
  return (
    <div className={css["fileHead"]}>
      <p>{said(formats.duration(seconds), formats.bytes(choices.bytes))}</p>
      <a
        href={`/studio/recordings/${choices.video.id}/trim`}
        className={buttonClass({ size: "s" })}
      >
        {isWhole ? texts.trim : texts.trimAgain}
      </a>
    </div>
  );
}

type ChangeDraft = (part: Partial<ExportDraft>) => void;

function Making({
  draft,
  choices,
  isWhole,
  change,
}: {
  readonly draft: ExportDraft;
  readonly choices: ExportChoices;
  readonly isWhole: boolean;
  readonly change: ChangeDraft;
}): ReactNode {
  const { form: texts } = useExportTexts();
  const encodes = draft.mode === "transcode";
  return (
    <>
      <RadioGroup
        legend={texts.making}
        cards
        value={draft.mode}
        onChange={(mode) => change({ mode, renditions: ["source"] })}
        options={[
          { value: "copy", label: texts.copy, hint: texts.copyHint },
          { value: "transcode", label: texts.transcode, hint: texts.transcodeHint },
        ]}
      />
      {isWhole || encodes ? null : (
        <RadioGroup
          legend={texts.cut}
          cards
          value={draft.cut}
          onChange={(cut) => change({ cut })}
          options={[
            { value: "keyframe", label: texts.keyframe, hint: texts.keyframeHint },
            { value: "exact", label: texts.exact, hint: texts.exactHint },
          ]}
        />
      )}
      {choices.gaps === 0 ? null : (
        <RadioGroup
          legend={texts.gaps}
          cards
          value={draft.gaps}
          onChange={(gaps) => change({ gaps })}
          options={[
            { value: "skip", label: texts.gapsSkip, hint: texts.gapsSkipHint },
            { value: "fill", label: texts.gapsFill, hint: texts.gapsFillHint },
          ]}
        />
      )}
      {encodes ? (
        <Checkbox
          label={texts.loudness}
          hint={texts.loudnessHint}
          checked={draft.loudness}
          onChange={(event) => change({ loudness: event.target.checked })}
        />
      ) : null}
    </>
  );
}

function Publishing({
  draft,
  change,
}: {
  readonly draft: ExportDraft;
  readonly change: ChangeDraft;
}): ReactNode {
  const { form: texts } = useExportTexts();
  return (
    <RadioGroup
      legend={texts.publish}
      value={draft.publish}
      onChange={(publish) => change({ publish })}
      options={[
        { value: "replace", label: texts.publishReplace, hint: texts.publishReplaceHint },
        { value: "clip", label: texts.publishClip, hint: texts.publishClipHint },
        { value: "no", label: texts.publishNo, hint: texts.publishNoHint },
      ]}
    />
  );
}
