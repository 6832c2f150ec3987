import { type FormEvent, type ReactNode, useEffect, useEffectEvent, useState } from "react";
import { kept, useChange, useErrorText, useFormats } from "../core/index.ts";
import {
  Button,
  Card,
  Field,
  IconButton,
  Refusal,
  Switch,
  TextInput,
  useToast,
} from "../ui/index.tsx";
import form from "./form.module.css";
import css from "./marker-card.module.css";
import { useStudioTexts } from "./texts.ts";
import type { StudioVideo } from "./use-channel.ts";

/** Whether the hotkey is off in this browser. */
const KEY = "studio.markerHotkeyOff";

/** Names moments of the broadcast, by a button or a key. */
export function MarkerCard({ video }: { readonly video: StudioVideo }): ReactNode {
  const { markers: texts, channel } = useStudioTexts();
  const formats = useFormats();
  const errorText = useErrorText(channel.reasons);
  const tell = useToast();
  const [label, setLabel] = useState("");
  const [hasHotkey, setHotkey] = useState(() => kept.read(KEY) !== "yes");
  const { markers } = video;
  const mark = useChange("videos.mark", {
    invalidates: ["videos.mine"],
    onDone: (marker) => {
      setLabel("");
      tell(texts.added(marker.label, formats.exactTime(marker.at)), "good");
    },
  });
  const unmark = useChange("videos.unmark", { invalidates: ["videos.mine"] });
  const add = (): void => {
    const named = label.trim() === "" ? texts.labelDefault(String(markers.length + 1)) : label;
    mark.mutate({ params: { video: video.id }, body: { label: named } });
  };
  useHotkey(hasHotkey, add);
  const error = mark.error ?? unmark.error;
  return (
    <Card title={texts.title}>
      <p className={form["dim"]}>{texts.about}</p>
      <form
        className={css["add"]}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          add();
        }}
      >
        <Field label={texts.label} optional>
          <TextInput
            value={label}
            maxLength={200}
            placeholder={texts.labelDefault(String(markers.length + 1))}
            onChange={(event) => setLabel(event.target.value)}
          />
        </Field>
        <Button type="submit" icon="marker" busy={mark.isPending}>
          {texts.add}
        </Button>
      </form>
      <Switch
        label={texts.hotkey}
        hint={texts.hotkeyHint}
        checked={hasHotkey}
        onChange={(event) => {
          setHotkey(event.target.checked);
          kept.write(KEY, event.target.checked ? "" : "yes");
        }}
      />
      <Refusal>{error && errorText(error)}</Refusal>
      {markers.length === 0 ? (
        <p className={form["dim"]}>{texts.none}</p>
      ) : (
        <ul className={css["list"]}>
          {markers.map((marker) => (
            <li key={marker.id}>
              <span>{marker.label}</span>
              <time dateTime={marker.at}>{formats.exactTime(marker.at)}</time>
              <IconButton
                icon="close"
                size="s"
                label={texts.remove(marker.label)}
                onClick={() => unmark.mutate({ params: { video: video.id, marker: marker.id } })}
              />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** Calls `press` for the key M, but where text is written or something else has the key. */
function useHotkey(isOn: boolean, press: () => void): void {
  const pressed = useEffectEvent(press);
  useEffect(() => {
    if (!isOn) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      const { target } = event;
      const isPlain = !(event.ctrlKey || event.metaKey || event.altKey || event.repeat);
      // The player has an M of its own.
      const isTaken =
        target instanceof Element &&
        target.closest("input, textarea, select, dialog, oxbow-player, [contenteditable]") !== null;
      if (event.key.toLowerCase() === "m" && isPlain && !isTaken) pressed();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [isOn]);
}
