import type { MediaDelivery, MediaSink } from "@oxbow/site-contract";
import { type ReactNode, useState } from "react";
import { usePages } from "../core/index.ts";
import { Dialog, Field, More, Select } from "../ui/index.tsx";
import { Answered } from "./answered.tsx";
import { DeliveryItem } from "./delivery-item.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";

const states: readonly MediaDelivery["state"][] = ["dead", "pending", "delivered", "dropped"];

/** What went to a sink, and what did not. Begins with what was given up, where there is such. */
export function SinkDeliveries({
  sink,
  onClose,
}: {
  readonly sink: MediaSink;
  readonly onClose: () => void;
}): ReactNode {
  const texts = useOperatorTexts();
  const [state, setState] = useState(sink.dead > 0 ? "dead" : "");
  const wished = states.find((one) => one === state);
  const deliveries = usePages("operator.sinkDeliveries", {
    params: { sink: sink.id },
    query: { limit: 20, ...(wished === undefined ? {} : { state: wished }) },
  });
  const asked = {
    data: deliveries.items,
    error: deliveries.error,
    refetch: deliveries.refetch,
  };
  return (
    <Dialog open wide title={texts.sinks.deliveriesOf(sink.url)} onClose={onClose}>
      <div className={css["stack"]}>
        <Field label={texts.sinks.state}>
          <Select value={state} onChange={({ target }) => setState(target.value)}>
            <option value="">{texts.sinks.anyState}</option>
            {states.map((one) => (
              <option key={one} value={one}>
                {texts.events.deliveryStates[one]}
              </option>
            ))}
          </Select>
        </Field>
        <Answered asked={asked}>
          {(items) =>
            items.length === 0 ? (
              <p className={css["dim"]}>{texts.events.emptyAbout}</p>
            ) : (
              <ul className={css["alerts"]}>
                {items.map((delivery) => (
                  <DeliveryItem
                    key={delivery.id}
                    delivery={delivery}
                    name={`${delivery.event.type} ${delivery.event.sequence}`}
                  />
                ))}
              </ul>
            )
          }
        </Answered>
        <More
          hasMore={deliveries.hasMore}
          loading={deliveries.loadingMore}
          onMore={deliveries.more}
        />
      </div>
    </Dialog>
  );
}
