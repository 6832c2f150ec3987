import { type ReactNode, useDeferredValue, useState } from "react";
import { type ItemOf, useChange, usePages } from "../core/index.ts";
import { Dialog, Field, Select, TextInput, useToast } from "../ui/index.tsx";
import { Form, useFormErrors } from "./form.tsx";
import { useAccountTexts } from "./texts.ts";

/** Gives a channel to one of the streamers. */
export function HandOverDialog({
  channel,
  onClose,
}: {
  readonly channel: ItemOf<"channels.list">;
  readonly onClose: () => void;
}): ReactNode {
  const { channels: own, people } = useAccountTexts();
  const tell = useToast();
  const [search, setSearch] = useState("");
  const sought = useDeferredValue(search.trim());
  const streamers = usePages("accounts.people", {
    query: { role: "streamer", limit: 100, ...(sought !== "" && { search: sought }) },
  });
  const handOver = useChange("channels.handOver", {
    invalidates: ["channels.list"],
    onDone: ({ name, owner }) => {
      tell(own.handedOver(name, owner.name), "good");
      onClose();
    },
  });
  const errors = useFormErrors(handOver.error, ["person"]);
  const items = (streamers.items ?? []).filter(({ id }) => id !== channel.owner.id);
  return (
    <Dialog open onClose={onClose} title={own.handOverTitle(channel.name)}>
      <p>{own.handOverAbout}</p>
      <Form
        submit={own.handOverSubmit}
        busy={handOver.isPending}
        errors={errors}
        onSubmit={(value) =>
          handOver.mutate({ params: { channel: channel.id }, body: { person: value("person") } })
        }
      >
        <Field label={people.search}>
          <TextInput
            type="search"
            value={search}
            maxLength={100}
            onChange={({ target }) => setSearch(target.value)}
          />
        </Field>
        <Field
          label={own.to}
          hint={items.length === 0 && !streamers.loading ? own.noStreamers : undefined}
          error={errors.of("person")}
          required
        >
          <Select name="person">
            {items.map(({ id, name, email }) => (
              <option key={id} value={id}>
                {name} · {email}
              </option>
            ))}
          </Select>
        </Field>
      </Form>
    </Dialog>
  );
}
