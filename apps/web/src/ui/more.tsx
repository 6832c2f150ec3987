import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import css from "./more.module.css";
import { useUiTexts } from "./ui-texts.tsx";

/** The end of a list of which there is more. Nothing, where there is not. */
export function More({
  hasMore,
  loading,
  onMore,
  label,
}: {
  readonly hasMore: boolean;
  readonly loading: boolean;
  readonly onMore: () => void;
  readonly label?: string;
}): ReactNode {
  const texts = useUiTexts();
  if (!hasMore) return null;
  return (
    <div className={css["more"]}>
      <Button busy={loading} onClick={onMore}>
        {label ?? texts.more}
      </Button>
    </div>
  );
}
