import type { Alert } from "./alert.ts";

/** How the reader's language writes figures and moments. */
export type AlertFormats = {
  readonly bytes: (value: number) => string;
  /** Of RFC 3339. */
  readonly dateTime: (at: string) => string;
  readonly number: (value: number, digits?: number) => string;
};

/** What an alert says, in one language: the same on the page, in e-mails and in the webhook. */
export type AlertTexts = {
  /** One line: what happened. */
  readonly title: (alert: Alert, formats: AlertFormats) => string;
  /** What it means, and what to do. */
  readonly advice: (alert: Alert, formats: AlertFormats) => string;
};
