/** What the page says. Every language has every text. */
export type Texts = {
  readonly offline: string;
  readonly offlineMore: string;
  readonly interrupted: string;
  readonly interruptedMore: string;
  readonly ended: string;
  readonly recording: string;
  readonly removed: string;
  readonly unplayable: string;
  readonly live: string;
  readonly goLive: string;
};

const en: Texts = {
  offline: "Starting soon",
  offlineMore: "The broadcast has not begun. It will start here by itself.",
  interrupted: "Signal lost",
  interruptedMore: "Waiting for the broadcast to come back.",
  ended: "The transmission has ended",
  recording: "Watch the recording",
  removed: "This video is no longer here",
  unplayable: "This browser cannot play this video",
  live: "Live",
  goLive: "Back to live",
};

const ptBR: Texts = {
  offline: "Começa em breve",
  offlineMore: "A transmissão ainda não começou. Ela vai aparecer aqui sozinha.",
  interrupted: "Sinal perdido",
  interruptedMore: "Aguardando a transmissão voltar.",
  ended: "A transmissão terminou",
  recording: "Assistir à gravação",
  removed: "Este vídeo não está mais aqui",
  unplayable: "Este navegador não consegue reproduzir este vídeo",
  live: "Ao vivo",
  goLive: "Voltar ao vivo",
};

/** The languages by their tag (BCP 47), the default first. */
export const languages: Readonly<Record<string, Texts>> = { en, "pt-BR": ptBR };

/** The language of the page for what the viewer's browser asks for, best first. */
export function pickLanguage(wanted: readonly string[]): { tag: string; texts: Texts } {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split("-")[0];
    const found = Object.entries(languages).find(
      ([own]) => own.toLowerCase().split("-")[0] === base,
    );
    if (found !== undefined) return { tag: found[0], texts: found[1] };
  }
  return { tag: "en", texts: en };
}
