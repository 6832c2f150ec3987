import type { MediaDelivery } from "@oxbow/site-contract";
import type { ReactNode } from "react";
import { useFormats, useNow } from "../core/index.ts";
import { Badge, Button, type Tone, useToast } from "../ui/index.tsx";
import { Attempts } from "./attempts.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";
import { useAct } from "./use-act.ts";

const tones: Readonly<Record<MediaDelivery["state"], Tone>> = {
  pending: "warn",
  attempting: "accent",
  delivered: "good",
  dead: "bad",
  dropped: "neutral",
};

/** One event to one sink: what became of it, and once more. `name`: how it is called here. */
export function DeliveryItem({
  delivery,
  name,
}: {
  readonly delivery: MediaDelivery;
  readonly name: string;
}): ReactNode {
  const texts = useOperatorTexts().events;
  const formats = useFormats();
  const now = useNow();
  const tell = useToast();
  const again = useAct("operator.redeliver", {
    invalidates: ["operator.eventDeliveries", "operator.sinkDeliveries", "operator.sinks"],
    onDone: () => tell(texts.redelivered, "good"),
  });
  const isOver = delivery.state === "delivered" || delivery.state === "dead";
  return (
    <li className={css["skeletons"]}>
      <div className={css["row"]}>
        <Badge tone={tones[delivery.state]}>{texts.deliveryStates[delivery.state]}</Badge>
        <span className={css["mono"]}>{name}</span>
      </div>
      <Attempts log={delivery.log} />
      <div className={css["foot"]}>
        <span>
          {delivery.attempts > delivery.log.length ? texts.attempts(delivery.attempts) : ""}{" "}
          {delivery.nextAt === null ? "" : texts.next(formats.relative(delivery.nextAt, now))}
        </span>
        {isOver ? (
          <Button
            size="s"
            icon="refresh"
            busy={again.isPending}
            aria-label={`${texts.redeliver}: ${name}`}
            onClick={() => again.mutate({ params: { delivery: delivery.id } })}
          >
            {texts.redeliver}
          </Button>
        ) : null}
      </div>
    </li>
  );
}
