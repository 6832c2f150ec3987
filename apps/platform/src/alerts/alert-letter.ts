import type { Alert } from "@oxbow/site-contract";
import { type AlertLanguage, alertText } from "./alert-text.ts";

type Frame = {
  readonly since: (at: string, count: number) => string;
  readonly open: string;
  readonly why: string;
};

const frames: Readonly<Record<AlertLanguage, Frame>> = {
  en: {
    since: (at, count) => (count === 1 ? `Since ${at}.` : `Since ${at}, ${count} times.`),
    open: "See it, and what to do:",
    why: "You get this as an operator of the site. Its settings say which alerts come by e-mail.",
  },
  "pt-BR": {
    since: (at, count) => (count === 1 ? `Desde ${at}.` : `Desde ${at}, ${count} vezes.`),
    open: "Veja o alerta e o que fazer:",
    why: "Você recebe esta mensagem por operar o site. As configurações dizem quais alertas chegam por e-mail.",
  },
};

/** Subject and text of an e-mail about an alert. `site`: what browsers call the site. */
export function alertLetter(
  alert: Alert,
  language: AlertLanguage,
  site: string,
): { readonly subject: string; readonly text: string } {
  const { title, advice, since } = alertText(alert, language);
  const frame = frames[language];
  const lines = [
    title,
    "",
    advice,
    frame.since(since, alert.count),
    "",
    frame.open,
    new URL("/operator", site).href,
    "",
    "--",
    frame.why,
    "",
  ];
  return { subject: `[Oxbow] ${title}`, text: lines.join("\n") };
}
