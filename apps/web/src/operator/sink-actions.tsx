import type { MediaSink } from "@oxbow/site-contract";
import { type ReactNode, useState } from "react";
import { Button, ConfirmDialog, Icon, Menu, MenuItem, useToast } from "../ui/index.tsx";
import { ReplayDialog } from "./replay-dialog.tsx";
import { RotateDialogs } from "./rotate-dialogs.tsx";
import { useOperatorTexts } from "./texts.ts";
import { useAct } from "./use-act.ts";
import { useTellTest } from "./use-tell-test.ts";

const OLD = ["operator.sinks", "operator.overview", "alerts.list", "alerts.unread"] as const;

/** What can be done with a sink. */
export function SinkActions({
  sink,
  onDeliveries,
}: {
  readonly sink: MediaSink;
  readonly onDeliveries: () => void;
}): ReactNode {
  const texts = useOperatorTexts().sinks;
  const tell = useToast();
  const [asking, setAsking] = useState<"disable" | "rotate" | "replay">();
  const set = useAct("operator.setSink", {
    invalidates: OLD,
    onDone: ({ enabled }) => {
      setAsking(undefined);
      tell(enabled ? texts.enabled : texts.disabled, "good");
    },
  });
  const params = { sink: sink.id };
  const test = useAct("operator.testSink", {
    invalidates: ["operator.sinks"],
    onDone: useTellTest(),
  });
  const [secret, setSecret] = useState<string>();
  const rotate = useAct("operator.rotateSink", {
    onDone: (answer) => {
      setAsking(undefined);
      if (answer.secret === null) tell(texts.rotatedOwn, "good");
      else setSecret(answer.secret);
    },
  });
  return (
    <>
      {sink.enabled ? null : (
        <Button
          size="s"
          variant="primary"
          busy={set.isPending}
          onClick={() => set.mutate({ params, body: { enabled: true } })}
        >
          {texts.enable}
        </Button>
      )}
      <Button size="s" busy={test.isPending} onClick={() => test.mutate({ params })}>
        {texts.test}
      </Button>
      <Menu
        label={texts.more(sink.url)}
        button={<Icon name="more" />}
        look={{ size: "s", variant: "quiet" }}
      >
        <MenuItem icon="list" onClick={onDeliveries}>
          {texts.deliveries}
        </MenuItem>
        <MenuItem icon="refresh" onClick={() => setAsking("replay")}>
          {texts.replay}
        </MenuItem>
        <MenuItem icon="key" onClick={() => setAsking("rotate")}>
          {texts.rotate}
        </MenuItem>
        {sink.enabled ? (
          <MenuItem icon="ban" danger onClick={() => setAsking("disable")}>
            {texts.disable}
          </MenuItem>
        ) : null}
      </Menu>
      <ConfirmDialog
        open={asking === "disable"}
        title={texts.disableTitle}
        confirm={texts.disable}
        danger
        busy={set.isPending}
        onConfirm={() => set.mutate({ params, body: { enabled: false } })}
        onClose={() => setAsking(undefined)}
      >
        <p>{texts.disableAbout}</p>
        {sink.own ? <p>{texts.disableOwn}</p> : null}
      </ConfirmDialog>
      <RotateDialogs
        open={asking === "rotate"}
        texts={texts}
        busy={rotate.isPending}
        secret={secret}
        onRotate={() => rotate.mutate({ params })}
        onClose={() => setAsking(undefined)}
        onSeen={() => setSecret(undefined)}
      />
      {asking === "replay" ? (
        <ReplayDialog sink={sink} onClose={() => setAsking(undefined)} />
      ) : null}
    </>
  );
}
