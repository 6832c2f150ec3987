import type { Alert } from "./alert.ts";
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

export const alertTextsPtBr: AlertTexts = {
  title(alert, formats) {
    switch (alert.kind) {
      case "export_failed":
        return `Não há arquivo de “${alert.data.title}”`;
      case "export_stalled":
        return `A exportação de “${alert.data.title}” não dá notícias há ${formats.number(alert.data.minutes)} min`;
      case "sink_disabled":
        return `Os eventos deixaram de ser entregues a ${alert.data.url}`;
      case "archive_pressure":
        return rungs[alert.data.rung] ?? "O disco do arquivo está enchendo";
      case "archive_gap":
        return `${formats.number(alert.data.seconds, 1)} s de “${alert.data.stream}” não foram gravados`;
      case "media_lost":
        return `Uma queda do servidor de mídia custou ${formats.number(alert.data.seconds, 1)} s de gravações`;
      case "transcoder_degraded":
        return `“${alert.data.stream}” está sem a qualidade ${alert.data.rendition}`;
      case "media_server_away":
        return "O servidor de mídia não responde";
      case "event_poisoned":
        return `Um evento não pôde ser processado: ${alert.data.type}`;
      case "task_failed":
        return `O site desistiu de uma tarefa: ${alert.data.task}`;
      case "webhook_dead":
        return "O webhook de alertas não aceitou nada por um dia";
      case "certificate_expiring":
        return `O certificado de ${alert.data.host} vence em ${formats.dateTime(alert.data.expiresAt)}`;
    }
  },
  advice(alert, formats) {
    switch (alert.kind) {
      case "export_failed":
        return alert.data.fallback === null
          ? `${alert.data.message}. A gravação continua lá; tente de novo ou ofereça outra coisa.`
          : `${alert.data.message}. Enquanto isso, quem assiste tem uma alternativa.`;
      case "export_stalled":
        return "Veja se o servidor de mídia está trabalhando nela. Se não estiver, cancele e comece de novo.";
      case "sink_disabled":
        return `${alert.data.status === null ? "Não houve resposta" : `A última resposta foi ${alert.data.status}`}. Conserte o destino, reative a entrega e reenvie o que faltou.`;
      case "archive_pressure":
        return pressureAdvice(alert, formats);
      case "archive_gap":
        return alert.data.reason === "disk_full"
          ? "O disco estava cheio. Libere espaço, ou a próxima transmissão também perderá mídia."
          : `Motivo: ${alert.data.reason}. Veja se o disco está lento ou com defeito.`;
      case "media_lost":
        return `O que estava no disco de ${formats.number(alert.data.streams)} gravações foi recuperado. O log diz por que o servidor caiu.`;
      case "transcoder_degraded":
        return (
          degraded[alert.data.reason] ??
          "O codificador falhou e será reiniciado. A fonte continua no ar e sendo gravada."
        );
      case "media_server_away":
        return `${alert.data.message}. Ninguém consegue transmitir nem assistir. O site continua tentando.`;
      case "event_poisoned":
        return `${alert.data.message}. As páginas podem mostrar algo que mudou. Tente o evento de novo na página de eventos.`;
      case "task_failed":
        return `${alert.data.message}. O site não tentará de novo sozinho.`;
      case "webhook_dead":
        return `${alert.data.status === null ? "Não houve resposta" : `A última resposta foi ${alert.data.status}`} de ${alert.data.url}. Depois de consertar, envie um teste nas configurações.`;
      case "certificate_expiring":
        return "Renove-o antes disso: depois, os navegadores recusam o site.";
    }
  },
};

function pressureAdvice(
  alert: Alert & { kind: "archive_pressure" },
  formats: AlertFormats,
): string {
  const { freeBytes, fullAt } = alert.data;
  const free = `Há ${formats.bytes(freeBytes)} livres`;
  const when = fullAt === null ? "" : `, e ele enche até ${formats.dateTime(fullAt)}`;
  return `${free}${when}. Encurte a retenção, apague gravações antigas ou acrescente um disco.`;
}
