import { type ReactNode, useState } from "react";
import { useChange, useErrorText, useNow } from "../core/index.ts";
import { Badge, Button, Card, CopyField, Field, Refusal } from "../ui/index.tsx";
import css from "./form.module.css";
import { links } from "./links.ts";
import { PlanForm } from "./plan-form.tsx";
import { type PlanTurn, planTurns } from "./plan-turns.ts";
import { usePlanWords } from "./plan-words.ts";
import plans from "./plans-card.module.css";
import { PosterField } from "./poster-field.tsx";
import type { Details } from "./recording-form.tsx";
import { useStudioTexts } from "./texts.ts";
import type { OwnChannel, StudioVideo } from "./use-channel.ts";

/** What the next broadcasts are to be: a form, then what was planned, each to be changed until it begins. */
export function PlansCard({
  channel,
  videos,
  onTyped,
}: {
  readonly channel: OwnChannel;
  readonly videos: readonly StudioVideo[];
  /** Told what is typed of a plan that is not there yet. */
  readonly onTyped: (typed: Partial<Details>) => void;
}): ReactNode {
  const { live, poster } = useStudioTexts();
  const turns = planTurns(videos, useNow());
  const [isNew, setNew] = useState(false);
  const [edited, setEdited] = useState<string>();
  const plan = turns.find(({ video }) => video.id === edited)?.video;
  if (turns.length === 0) {
    return (
      <Card title={live.planTitle}>
        <PlanForm channel={channel} onTyped={onTyped} />
      </Card>
    );
  }
  const close = (): void => {
    setNew(false);
    setEdited(undefined);
    onTyped({});
  };
  if (isNew || plan !== undefined) {
    return (
      <Card title={plan === undefined ? live.planAnother : live.changePlan(plan.title)}>
        <PlanForm
          key={plan?.id ?? "new"}
          channel={channel}
          plan={plan}
          onDone={close}
          onTyped={plan === undefined ? onTyped : undefined}
        />
        {plan === undefined ? null : (
          <section className={plans["poster"]}>
            <h3>{poster.title}</h3>
            <PosterField video={plan} />
          </section>
        )}
      </Card>
    );
  }
  const next = turns.find(({ isNext }) => isNext)?.video.title;
  return (
    <Card
      title={live.plans}
      actions={
        <Button size="s" icon="plus" onClick={() => setNew(true)}>
          {live.planAnother}
        </Button>
      }
    >
      <p role="status" className={css["dim"]}>
        {next === undefined ? live.unplannedNext(channel.defaults.title) : live.plannedNext(next)}
      </p>
      <ul className={plans["list"]}>
        {turns.map((turn) => (
          <Planned key={turn.video.id} turn={turn} onChange={() => setEdited(turn.video.id)} />
        ))}
      </ul>
    </Card>
  );
}

function Planned({
  turn,
  onChange,
}: {
  readonly turn: PlanTurn;
  readonly onChange: () => void;
}): ReactNode {
  const texts = useStudioTexts();
  const { live } = texts;
  const plan = turn.video;
  const errorText = useErrorText(texts.channel.reasons);
  const discard = useChange("videos.delete", { invalidates: ["videos.mine"] });
  const words = usePlanWords(turn);
  return (
    <li>
      <div className={plans["head"]}>
        <h3>{plan.title}</h3>
        {turn.isNext ? <Badge tone="accent">{live.next}</Badge> : null}
        {turn.time === "over" ? <Badge tone="warn">{live.over}</Badge> : null}
        <Badge>{texts.visibilities[plan.visibility]}</Badge>
      </div>
      <p>{words}</p>
      <p className={css["dim"]}>{live.planFacts(texts.latencies[plan.latency], plan.record)}</p>
      {plan.description === "" ? null : <p className={css["dim"]}>{plan.description}</p>}
      <Field label={live.watchLink}>
        <CopyField value={new URL(links.watch(plan.id), location.href).href} />
      </Field>
      <Refusal>{discard.error && errorText(discard.error)}</Refusal>
      <div className={css["buttons"]}>
        <Button size="s" icon="edit" onClick={onChange}>
          {live.replan}
        </Button>
        <Button
          size="s"
          variant="quiet"
          icon="trash"
          busy={discard.isPending}
          onClick={() => discard.mutate({ params: { video: plan.id } })}
        >
          {live.discard}
        </Button>
      </div>
    </li>
  );
}
