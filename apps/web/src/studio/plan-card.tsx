import { type FormEvent, type ReactNode, useState } from "react";
import { useChange, useErrorText, useFormats } from "../core/index.ts";
import {
  Badge,
  Button,
  Card,
  CopyField,
  Field,
  Notice,
  TextArea,
  TextInput,
} from "../ui/index.tsx";
import { BroadcastFields } from "./broadcast-fields.tsx";
import css from "./form.module.css";
import { links } from "./links.ts";
import { useStudioTexts } from "./texts.ts";
import type { OwnChannel, StudioVideo } from "./use-channel.ts";

/** What the next broadcast is to be: a form, then what was planned. */
export function PlanCard({
  channel,
  plan,
}: {
  readonly channel: OwnChannel;
  readonly plan: StudioVideo | undefined;
}): ReactNode {
  return plan === undefined ? <PlanForm channel={channel} /> : <Planned plan={plan} />;
}

/** What a `datetime-local` control holds, as the API takes it. */
const instantOf = (local: string): string | null =>
  local === "" ? null : new Date(local).toISOString();

function PlanForm({ channel }: { readonly channel: OwnChannel }): ReactNode {
  const texts = useStudioTexts();
  const { title: usualTitle, ...usual } = channel.defaults;
  const [title, setTitle] = useState(usualTitle);
  const [description, setDescription] = useState("");
  const [startsAt, setStartsAt] = useState("");
  const [wish, setWish] = useState(usual);
  const errorText = useErrorText(texts.channel.reasons);
  const plan = useChange("videos.plan", { invalidates: ["videos.mine"] });
  const keep = useChange("channels.update", { invalidates: ["channels.mine"] });
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const { visibility, latency, record, chat, autoExport, quality } = wish;
    try {
      // These two belong to the channel: they hold for what comes after, too.
      if (autoExport !== usual.autoExport || quality !== usual.quality) {
        const body = { defaults: { autoExport, quality } };
        await keep.mutateAsync({ params: { channel: channel.id }, body });
      }
      const details = { title, description, scheduledAt: instantOf(startsAt) };
      await plan.mutateAsync({ body: { ...details, visibility, latency, record, chat } });
    } catch {
      // Told below, by the state of the calls.
    }
  };
  const error = keep.error ?? plan.error;
  return (
    <Card title={texts.live.planTitle}>
      <form className={css["form"]} onSubmit={(event) => void send(event)}>
        <Field label={texts.fields.title} required>
          <TextInput
            value={title}
            maxLength={150}
            placeholder={texts.channel.titlePlaceholder}
            onChange={(event) => setTitle(event.target.value)}
          />
        </Field>
        <Field label={texts.fields.description} optional>
          <TextArea
            value={description}
            maxLength={5000}
            rows={2}
            onChange={(event) => setDescription(event.target.value)}
          />
        </Field>
        <Field label={texts.fields.scheduledAt} hint={texts.fields.scheduledAtHint} optional>
          <TextInput
            type="datetime-local"
            value={startsAt}
            onChange={(event) => setStartsAt(event.target.value)}
          />
        </Field>
        <BroadcastFields value={wish} onChange={setWish} />
        {error === null ? null : (
          <div role="alert">
            <Notice tone="bad">{errorText(error)}</Notice>
          </div>
        )}
        <div className={css["buttons"]}>
          <Button type="submit" variant="primary" busy={plan.isPending || keep.isPending}>
            {texts.live.plan}
          </Button>
          <span className={css["dim"]}>{texts.live.withoutPlan}</span>
        </div>
      </form>
    </Card>
  );
}

function Planned({ plan }: { readonly plan: StudioVideo }): ReactNode {
  const texts = useStudioTexts();
  const formats = useFormats();
  const errorText = useErrorText(texts.channel.reasons);
  const discard = useChange("videos.delete", { invalidates: ["videos.mine"] });
  return (
    <Card
      title={texts.live.planned(plan.title)}
      actions={<Badge>{texts.visibilities[plan.visibility]}</Badge>}
    >
      <div className={css["form"]}>
        <p>
          {plan.scheduledAt === null
            ? texts.live.plannedAbout
            : texts.dashboard.startsAt(formats.dateTime(plan.scheduledAt))}
        </p>
        {plan.description === "" ? null : <p className={css["dim"]}>{plan.description}</p>}
        <Field label={texts.live.watchLink}>
          <CopyField value={new URL(links.watch(plan.id), location.href).href} />
        </Field>
        {discard.error === null ? null : (
          <div role="alert">
            <Notice tone="bad">{errorText(discard.error)}</Notice>
          </div>
        )}
        <div className={css["buttons"]}>
          <a href={links.recording(plan.id)}>{texts.live.replan}</a>
          <Button
            variant="quiet"
            icon="trash"
            busy={discard.isPending}
            onClick={() => discard.mutate({ params: { video: plan.id } })}
          >
            {texts.live.discard}
          </Button>
        </div>
      </div>
    </Card>
  );
}
