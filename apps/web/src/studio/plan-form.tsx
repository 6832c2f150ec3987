import type { FormEvent, ReactNode } from "react";
import { useChange, useErrorText } from "../core/index.ts";
import { Button, Field, Refusal, TextArea, TextInput, useToast } from "../ui/index.tsx";
import { BroadcastFields } from "./broadcast-fields.tsx";
import css from "./form.module.css";
import { instantOf, localOf } from "./local-time.ts";
import type { Details } from "./recording-form.tsx";
import { useStudioTexts } from "./texts.ts";
import type { OwnChannel, StudioVideo } from "./use-channel.ts";
import { useDraft } from "./use-draft.ts";

/** What a broadcast is to be: a new plan as the channel's usual ones, or all of one that was made. */
export function PlanForm({
  channel,
  plan,
  onDone,
  onTyped,
}: {
  readonly channel: OwnChannel;
  readonly plan?: StudioVideo | undefined;
  /** After it was saved, or with the button that gives it up. */
  readonly onDone?: (() => void) | undefined;
  /** Told what is typed and not saved, at each change of it. */
  readonly onTyped?: ((typed: Partial<Details>) => void) | undefined;
}): ReactNode {
  const texts = useStudioTexts();
  const draft = useDraft(fieldsOf(channel, plan));
  const { value } = draft;
  const set = (change: Partial<typeof value>): void => {
    draft.set(change);
    onTyped?.(detailsOf({ ...draft.changed, ...change }));
  };
  const save = useSavePlan(channel, plan);
  const errorText = useErrorText(texts.channel.reasons);
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const sent = plan === undefined ? value : draft.changed;
    if (!(await save.send(sent))) return;
    draft.keep(sent);
    onTyped?.({});
    onDone?.();
  };
  const { title, description, startsAt, ...wish } = value;
  return (
    <form className={css["form"]} onSubmit={(event) => void send(event)}>
      <Field label={texts.fields.title} required>
        <TextInput
          value={title}
          maxLength={150}
          placeholder={texts.channel.titlePlaceholder}
          onChange={(event) => set({ title: event.target.value })}
        />
      </Field>
      <Field label={texts.fields.description} optional>
        <TextArea
          value={description}
          maxLength={5000}
          rows={2}
          onChange={(event) => set({ description: event.target.value })}
        />
      </Field>
      <Field label={texts.fields.scheduledAt} hint={texts.fields.scheduledAtHint} optional>
        <TextInput
          type="datetime-local"
          value={startsAt}
          onChange={(event) => set({ startsAt: event.target.value })}
        />
      </Field>
      <BroadcastFields value={wish} onChange={set} />
      <Refusal>{save.error && errorText(save.error)}</Refusal>
      <div className={css["buttons"]}>
        <Button type="submit" variant="primary" busy={save.isPending}>
          {texts.live.plan}
        </Button>
        {onDone === undefined ? (
          plan === undefined && <span className={css["dim"]}>{texts.live.withoutPlan}</span>
        ) : (
          <Button variant="quiet" onClick={onDone}>
            {texts.live.cancel}
          </Button>
        )}
      </div>
    </form>
  );
}

/** What a broadcast that began without the plan can be told of it. */
function detailsOf(typed: Partial<ReturnType<typeof fieldsOf>>): Partial<Details> {
  const { title, description, visibility, chat } = typed;
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(visibility === undefined ? {} : { visibility }),
    ...(chat === undefined ? {} : { chat }),
  };
}

function fieldsOf(channel: OwnChannel, plan: StudioVideo | undefined) {
  const { defaults } = channel;
  if (plan === undefined) return { ...defaults, description: "", startsAt: "" };
  const { title, description, visibility, latency, record, chat } = plan;
  const startsAt = plan.scheduledAt === null ? "" : localOf(plan.scheduledAt);
  return { ...defaults, title, description, visibility, latency, record, chat, startsAt };
}

/** Saves what was changed; true where it was. */
function useSavePlan(channel: OwnChannel, plan: StudioVideo | undefined) {
  const texts = useStudioTexts();
  const tell = useToast();
  const make = useChange("videos.plan", { invalidates: ["videos.mine"] });
  const change = useChange("videos.update", { invalidates: ["videos.mine"] });
  const keep = useChange("channels.update", { invalidates: ["channels.mine"] });
  const send = async (fields: Partial<ReturnType<typeof fieldsOf>>): Promise<boolean> => {
    const { startsAt, autoExport, quality, ...details } = fields;
    const ofChannel = {
      ...(autoExport === undefined ? {} : { autoExport }),
      ...(quality === undefined ? {} : { quality }),
    };
    const { defaults } = channel;
    const isOther =
      (autoExport ?? defaults.autoExport) !== defaults.autoExport ||
      (quality ?? defaults.quality) !== defaults.quality;
    const body = {
      ...details,
      ...(startsAt === undefined ? {} : { scheduledAt: instantOf(startsAt) }),
    };
    try {
      // These two belong to the channel: they hold for what comes after, too.
      if (isOther)
        await keep.mutateAsync({ params: { channel: channel.id }, body: { defaults: ofChannel } });
      if (plan === undefined) await make.mutateAsync({ body: { title: "", ...body } });
      else if (Object.keys(body).length > 0)
        await change.mutateAsync({ params: { video: plan.id }, body });
    } catch {
      // Told below the form, by the state of the calls.
      return false;
    }
    tell(texts.saved, "good");
    return true;
  };
  return {
    send,
    error: keep.error ?? make.error ?? change.error,
    isPending: keep.isPending || make.isPending || change.isPending,
  };
}
