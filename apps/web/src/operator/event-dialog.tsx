import type { MediaEvent } from "@oxbow/site-contract";
import type { ReactNode } from "react";
import { useCall, useFormats } from "../core/index.ts";
import { Dialog } from "../ui/index.tsx";
import { Answered } from "./answered.tsx";
import { DeliveryItem } from "./delivery-item.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";

/** While an attempt may still come. */
const EVERY_MS = 5_000;

/** One event: its data, and where it went. */
export function EventDialog({
  event,
  onClose,
}: {
  readonly event: MediaEvent;
  readonly onClose: () => void;
}): ReactNode {
  const texts = useOperatorTexts();
  const formats = useFormats();
  const deliveries = useCall(
    "operator.eventDeliveries",
    { params: { event: event.id } },
    { every: EVERY_MS },
  );
  return (
    <Dialog open wide title={event.type} onClose={onClose}>
      <div className={css["stack"]}>
        <p className={css["dim"]}>
          {texts.events.sequence} {event.sequence} · {formats.date(event.time)},{" "}
          {formats.exactTime(event.time)}
          {event.stream === null ? "" : ` · ${event.stream.name}`}
          <br />
          <span className={css["mono"]}>{event.id}</span>
        </p>
        <h3>{texts.events.data}</h3>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls (WCAG 2.1.1) */}
        <pre className={css["code"]} tabIndex={0}>
          {JSON.stringify(event.data, null, 2)}
        </pre>
        <h3>{texts.events.deliveries}</h3>
        <Answered asked={deliveries}>
          {({ items }) =>
            items.length === 0 ? (
              <p className={css["dim"]}>{texts.events.noDeliveries}</p>
            ) : (
              <ul className={css["alerts"]}>
                {items.map((delivery) => (
                  <DeliveryItem key={delivery.id} delivery={delivery} name={delivery.sink.url} />
                ))}
              </ul>
            )
          }
        </Answered>
      </div>
    </Dialog>
  );
}
