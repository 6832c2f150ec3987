import type { Alert } from "./alert.ts";
import type { AlertData, AlertKind } from "./alert-kinds.ts";

/** How the reader's language writes figures and moments. */
export type AlertFormats = {
  readonly bytes: (value: number) => string;
  /** Of RFC 3339. */
  readonly dateTime: (at: string) => string;
  readonly number: (value: number, digits?: number) => string;
};

/** What alerts say, in one language: the same on the page, in e-mails and in the webhook. */
export type AlertTexts = {
  readonly [Kind in AlertKind]: {
    /** One line: what happened. */
    readonly title: (data: AlertData<Kind>, formats: AlertFormats) => string;
    /** What it means, and what to do. */
    readonly advice: (data: AlertData<Kind>, formats: AlertFormats) => string;
  };
};

/** What one alert says. */
export function textOfAlert(
  texts: AlertTexts,
  { kind, data }: Alert,
  formats: AlertFormats,
): { readonly title: string; readonly advice: string } {
  return told(texts, kind, data, formats);
}

function told<Kind extends AlertKind>(
  texts: AlertTexts,
  kind: Kind,
  data: AlertData<Kind>,
  formats: AlertFormats,
): { readonly title: string; readonly advice: string } {
  const { title, advice } = texts[kind];
  return { title: title(data, formats), advice: advice(data, formats) };
}
