import type { AlertData } from "./alert-kinds.ts";
import type { AlertFormats, AlertTexts } from "./alert-texts.ts";

const rungs: Readonly<Record<string, string>> = {
  warn: "O disco do arquivo está enchendo",
  no_exports: "O disco do arquivo está quase cheio: novas exportações esperam",
  no_renditions: "O disco do arquivo está quase cheio: só a fonte é gravada",
  no_recordings: "O disco do arquivo está cheio: nada é gravado",
};

const degraded: Readonly<Record<string, string>> = {
  slow: "Esta máquina não consegue codificá-la a tempo. Escolha menos qualidades ou alivie a máquina.",
  memory: "O codificador usou memória demais e foi interrompido.",
  encoder: "O codificador falhou; outro assumiu.",
  start: "O codificador não inicia. Veja a página de diagnóstico.",
};

const noFile: Readonly<Record<string, string>> = {
  storage_full:
    "O disco do servidor de mídia está cheio. Libere espaço: apague gravações ou arquivos antigos, encurte a retenção ou acrescente um disco. O arquivo será feito sozinho quando houver espaço",
  encoder_missing: "O servidor de mídia não tem codificador. Instale o FFmpeg nele e tente de novo",
};

export const alertTextsPtBr: AlertTexts = {
  export_failed: {
    title: (data) => `Não há arquivo de “${data.title}”`,
    advice: (data) =>
      data.fallback === null
        ? `${noFile[data.code] ?? data.message}. Ainda não há nada no lugar: decida na página de exportações.`
        : `${noFile[data.code] ?? data.message}. Enquanto isso, quem assiste tem uma alternativa.`,
  },
  export_stalled: {
    title: (data, formats) =>
      `A exportação de “${data.title}” não dá notícias há ${formats.number(data.minutes)} min`,
    advice: () =>
      "Veja se o servidor de mídia está trabalhando nela. Se não estiver, cancele e comece de novo.",
  },
  sink_disabled: {
    title: (data) => `Os eventos deixaram de ser entregues a ${data.url}`,
    advice: (data) =>
      `${data.status === null ? "Não houve resposta" : `A última resposta foi ${data.status}`}. Conserte o destino, reative a entrega e reenvie o que faltou.`,
  },
  archive_pressure: {
    title: (data) => rungs[data.rung] ?? "O disco do arquivo está enchendo",
    advice: (data, formats) => pressureAdvice(data, formats),
  },
  archive_gap: {
    title: (data, formats) =>
      `${formats.number(data.seconds, 1)} s de “${data.stream}” não foram gravados`,
    advice: (data) =>
      data.reason === "disk_full"
        ? "O disco estava cheio. Libere espaço, ou a próxima transmissão também perderá mídia."
        : `Motivo: ${data.reason}. Veja se o disco está lento ou com defeito.`,
  },
  media_lost: {
    title: (data, formats) =>
      `Uma queda do servidor de mídia custou ${formats.number(data.seconds, 1)} s de gravações`,
    advice: (data, formats) =>
      `O que estava no disco de ${formats.number(data.streams)} gravações foi recuperado. O log diz por que o servidor caiu.`,
  },
  transcoder_degraded: {
    title: (data) => `“${data.stream}” está sem a qualidade ${data.rendition}`,
    advice: (data) =>
      degraded[data.reason] ??
      "O codificador falhou e será reiniciado. A fonte continua no ar e sendo gravada.",
  },
  media_server_away: {
    title: () => "O servidor de mídia não responde",
    advice: (data) =>
      `${data.message}. Ninguém consegue transmitir nem assistir. O site continua tentando.`,
  },
  event_poisoned: {
    title: (data) => `Um evento não pôde ser processado: ${data.type}`,
    advice: (data) =>
      `${data.message}. As páginas podem mostrar algo que mudou. Tente o evento de novo na página de eventos.`,
  },
  task_failed: {
    title: (data) => `O site desistiu de uma tarefa: ${data.task}`,
    advice: (data) => `${data.message}. O site não tentará de novo sozinho.`,
  },
  chat_reported: {
    title: (data) => `${data.reports} pessoas denunciaram uma mensagem do chat`,
    advice: () => "Nenhum moderador do chat olhou a denúncia ainda. Abra o vídeo para decidir.",
  },
  webhook_dead: {
    title: () => "O webhook de alertas não aceita nada",
    advice: (data) =>
      `${data.status === null ? "Não houve resposta" : `A última resposta foi ${data.status}`} de ${data.url}. Depois de consertar, envie um teste nas configurações.`,
  },
  clocks_apart: {
    title: (data, formats) =>
      `Os relógios do site e do servidor de mídia diferem em ${formats.number(Math.abs(data.seconds))} s`,
    advice: () =>
      "Por isso os webhooks são recusados, e as páginas acompanham com minutos de atraso. Acerte os dois relógios por NTP.",
  },
  certificate_expiring: {
    title: (data, formats) =>
      `O certificado de ${data.host} vence em ${formats.dateTime(data.expiresAt)}`,
    advice: () => "Renove-o antes disso: depois, os navegadores recusam o site.",
  },
};

function pressureAdvice(
  { rung, freeBytes, fullAt }: AlertData<"archive_pressure">,
  formats: AlertFormats,
): string {
  const free = `Há ${formats.bytes(freeBytes)} livres`;
  const isFull = rung === "no_recordings";
  const when = isFull || fullAt === null ? "" : `, e ele enche até ${formats.dateTime(fullAt)}`;
  return `${free}${when}. Encurte a retenção, apague gravações antigas ou acrescente um disco.`;
}
