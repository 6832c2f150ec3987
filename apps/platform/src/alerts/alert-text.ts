import { type Alert, type AlertFormats, type AlertTexts, textOfAlert } from "@oxbow/site-contract";
import { alertTextsEn } from "@oxbow/site-contract/alert-texts-en";
import { alertTextsPtBr } from "@oxbow/site-contract/alert-texts-pt-br";

export type AlertLanguage = "en" | "pt-BR";

const texts: Readonly<Record<AlertLanguage, AlertTexts>> = {
  en: alertTextsEn,
  "pt-BR": alertTextsPtBr,
};

const GIGABYTE = 1e9;

function formatsOf(language: AlertLanguage): AlertFormats {
  // Whoever reads a letter may be elsewhere: the zone is told.
  const moments = new Intl.DateTimeFormat(language, {
    dateStyle: "medium",
    timeStyle: "long",
    timeZone: "UTC",
  });
  const sizes = new Intl.NumberFormat(language, {
    style: "unit",
    unit: "gigabyte",
    maximumFractionDigits: 1,
  });
  return {
    bytes: (value) => sizes.format(value / GIGABYTE),
    dateTime: (at) => moments.format(new Date(at)),
    number: (value, digits = 0) =>
      new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value),
  };
}

/** What an alert says in a language, in plain text. */
export function alertText(
  alert: Alert,
  language: AlertLanguage,
): { readonly title: string; readonly advice: string; readonly since: string } {
  const formats = formatsOf(language);
  return {
    ...textOfAlert(texts[language], alert, formats),
    since: formats.dateTime(alert.firstAt),
  };
}
