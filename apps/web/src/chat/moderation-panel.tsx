import { type ReactNode, useState } from "react";
import { useAnswers, useUpdates } from "../core/index.ts";
import { Badge, Tabs } from "../ui/index.tsx";
import { BansPart } from "./bans-part.tsx";
import css from "./chat.module.css";
import { ModeratorsPart } from "./moderators-part.tsx";
import { ReportsPart } from "./reports-part.tsx";
import { RulesPart } from "./rules-part.tsx";
import { useChatTexts } from "./texts.ts";

type Part = "reports" | "bans" | "rules" | "moderators";

/** All that moderators of a channel's chat do beside the chat itself: reports, who is silenced, rules. */
export function ModerationPanel({ channel }: { readonly channel: string }): ReactNode {
  const texts = useChatTexts();
  const answers = useAnswers();
  const [shown, setShown] = useState<Part>("reports");
  const [open, setOpen] = useState(0);
  useUpdates([`moderation:${channel}`], (update) => {
    if (update.type !== "chat.reports") return;
    setOpen(update.data.open);
    void answers.invalidate("chat.reports");
  });
  return (
    <div className={css["panel"]}>
      <Tabs
        label={texts.moderation}
        shown={shown}
        onShow={setShown}
        tabs={[
          {
            id: "reports",
            label: (
              <span className={css["tab"]}>
                {texts.tabs.reports}
                {open === 0 ? null : <Badge tone="bad">{open}</Badge>}
              </span>
            ),
            panel: <ReportsPart channel={channel} onCount={setOpen} />,
          },
          { id: "bans", label: texts.tabs.bans, panel: <BansPart channel={channel} /> },
          { id: "rules", label: texts.tabs.rules, panel: <RulesPart channel={channel} /> },
          {
            id: "moderators",
            label: texts.tabs.moderators,
            panel: <ModeratorsPart channel={channel} />,
          },
        ]}
      />
    </div>
  );
}
