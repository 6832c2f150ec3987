import { type FormEvent, type ReactNode, useState } from "react";
import { Button, Field, Select, TextInput } from "../ui/index.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";

/** What of the log is asked for; "" for no limit. Times are of the visitor's clock, as `datetime-local` has them. */
export type EventFilter = {
  readonly types: string;
  readonly stream: string;
  readonly from: string;
  readonly to: string;
};

export const NO_FILTER: EventFilter = { types: "", stream: "", from: "", to: "" };

/** As the media server calls them: what is in the log is in its words. */
const types = [
  "stream_created",
  "stream_updated",
  "stream_deleted",
  "publish_started",
  "publish_rejected",
  "publish_stopped",
  "broadcast_started",
  "playback_ready",
  "broadcast_interrupted",
  "broadcast_resumed",
  "broadcast_ended",
  "stream_health",
  "transcoder_degraded",
  "transcoder_recovered",
  "archive_gap",
  "archive_evicted",
  "archive_pressure",
  "dvr_mp4_export_start",
  "dvr_mp4_export_progress",
  "dvr_mp4_export_ready",
  "dvr_mp4_export_failed",
  "dvr_mp4_export_aborted",
  "asset_ready",
  "asset_updated",
  "asset_deleted",
  "play_started",
  "play_stopped",
  "sink_disabled",
  "server_started",
  "server_stopping",
] as const;

export function EventFilterForm({
  value,
  onFilter,
}: {
  readonly value: EventFilter;
  readonly onFilter: (filter: EventFilter) => void;
}): ReactNode {
  const texts = useOperatorTexts().events;
  const [draft, setDraft] = useState(value);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    onFilter(draft);
  };
  const isLimited = Object.values(value).some((one) => one !== "");
  return (
    <form className={css["filters"]} onSubmit={send}>
      <Field label={texts.types}>
        <Select
          value={draft.types}
          onChange={({ target }) => setDraft({ ...draft, types: target.value })}
        >
          <option value="">{texts.allTypes}</option>
          {types.map((type) => (
            <option key={type} value={type}>
              {type}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={texts.stream}>
        <TextInput
          value={draft.stream}
          placeholder={texts.streamHint}
          maxLength={80}
          autoCapitalize="none"
          spellCheck={false}
          onChange={({ target }) => setDraft({ ...draft, stream: target.value.trim() })}
        />
      </Field>
      <Field label={texts.from}>
        <TextInput
          type="datetime-local"
          value={draft.from}
          onChange={({ target }) => setDraft({ ...draft, from: target.value })}
        />
      </Field>
      <Field label={texts.to}>
        <TextInput
          type="datetime-local"
          value={draft.to}
          onChange={({ target }) => setDraft({ ...draft, to: target.value })}
        />
      </Field>
      <Button type="submit" icon="search">
        {texts.filter}
      </Button>
      {isLimited ? (
        <Button
          variant="quiet"
          onClick={() => {
            setDraft(NO_FILTER);
            onFilter(NO_FILTER);
          }}
        >
          {texts.clear}
        </Button>
      ) : null}
    </form>
  );
}
