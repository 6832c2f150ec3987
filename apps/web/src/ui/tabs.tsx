import { type KeyboardEvent, type ReactNode, useId } from "react";
import css from "./tabs.module.css";

export type Tab<Id extends string> = {
  readonly id: Id;
  readonly label: ReactNode;
  readonly panel: ReactNode;
};

const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };

/** Parts of one page of which one is shown. Arrow keys move and show; only the shown one is mounted. */
export function Tabs<Id extends string>({
  label,
  tabs,
  shown,
  onShow,
}: {
  readonly label: string;
  readonly tabs: readonly Tab<Id>[];
  readonly shown: Id;
  readonly onShow: (id: Id) => void;
}): ReactNode {
  const base = useId();
  const current = tabs.find((tab) => tab.id === shown) ?? tabs[0];
  const move = (event: KeyboardEvent<HTMLElement>): void => {
    const at = tabs.findIndex((tab) => tab.id === current?.id);
    const step = steps[event.key];
    const to =
      event.key === "Home"
        ? 0
        : event.key === "End"
          ? tabs.length - 1
          : step === undefined
            ? undefined
            : (at + step + tabs.length) % tabs.length;
    const next = to === undefined ? undefined : tabs[to];
    if (next === undefined) return;
    event.preventDefault();
    onShow(next.id);
    document.getElementById(`${base}-${next.id}`)?.focus();
  };
  return (
    <div className={css["tabs"]}>
      <div role="tablist" aria-label={label} className={css["list"]}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            id={`${base}-${tab.id}`}
            type="button"
            role="tab"
            aria-selected={tab.id === current?.id}
            aria-controls={tab.id === current?.id ? `${base}-panel` : undefined}
            tabIndex={tab.id === current?.id ? 0 : -1}
            className={css["tab"]}
            onKeyDown={move}
            onClick={() => onShow(tab.id)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div
        id={`${base}-panel`}
        role="tabpanel"
        aria-labelledby={`${base}-${current?.id ?? ""}`}
        className={css["panel"]}
      >
        {current?.panel}
      </div>
    </div>
  );
}
