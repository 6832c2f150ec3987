import { createContext, type ReactNode, use } from "react";

/** The texts that components have of themselves; the site gives them in the visitor's language. */
export type UiTexts = {
  readonly close: string;
  readonly cancel: string;
  readonly retry: string;
  readonly copy: string;
  readonly copied: string;
  readonly reveal: string;
  readonly conceal: string;
  readonly loading: string;
  readonly more: string;
  readonly optional: string;
  readonly live: string;
  readonly dismiss: string;
  /** What a time code looks like: hours, minutes, seconds. */
  readonly timeCodeHint: string;
};

const UiTextsContext = createContext<UiTexts | undefined>(undefined);

export function UiTextsProvider({
  texts,
  children,
}: {
  readonly texts: UiTexts;
  readonly children: ReactNode;
}): ReactNode {
  return <UiTextsContext value={texts}>{children}</UiTextsContext>;
}

export function useUiTexts(): UiTexts {
  const texts = use(UiTextsContext);
  if (texts === undefined) throw new Error("There is no UiTextsProvider");
  return texts;
}
