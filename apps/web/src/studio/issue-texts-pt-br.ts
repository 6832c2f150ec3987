import type { issuesEn } from "./issue-texts-en.ts";

export const issuesPtBr: typeof issuesEn = {
  ends: {
    unpublish: "Seu codificador parou de transmitir.",
    lost: "A conexão caiu. O OBS se reconecta sozinho; se não, veja sua rede.",
    idle: "Seu codificador estava conectado e não enviava nada. Pare e inicie a transmissão no OBS.",
    malformed:
      "O que seu codificador enviou não pôde ser lido. Pare e inicie a transmissão no OBS e, se não adiantar, atualize o OBS.",
    limit:
      "Seu codificador enviou mais do que o servidor aceita. Reduza a taxa de bits no OBS: Configurações → Saída.",
    kicked:
      "Foi desconectado aqui: por um operador ou porque se criou uma nova chave. Ponha a nova chave no OBS: Configurações → Transmissão.",
    ended: "A transmissão foi encerrada aqui.",
    replaced: "Seu codificador se conectou de novo, e a conexão antiga foi fechada.",
    rejected:
      "Seu codificador envia um codec que não é aceito. No OBS: Configurações → Saída → Codificador de vídeo: H.264; de áudio: AAC.",
  },
  transcoderReasons: {
    slow: "O servidor é lento demais para ela.",
    crashed: "O programa que a gera terminou e está sendo reiniciado.",
    hung: "O programa que a gera parou e está sendo reiniciado.",
    memory: "O programa que a gera usou memória demais.",
    encoder: "Outro codificador do servidor assumiu.",
    start: "O programa que a gera não inicia.",
  },
  issues: {
    encoderLost: {
      what: "Seu codificador sumiu",
      advice: "A transmissão espera por ele um tempo e continua quando ele voltar.",
    },
    recordingStopped: {
      what: "Isto não está sendo gravado",
      advice:
        "O disco do servidor está quase cheio. Você continua no ar, e o que se vê agora vai faltar na gravação. Grave também no OBS (Iniciar gravação) e avise o operador: a gravação continua sozinha quando houver espaço.",
    },
    renditionsNotRecorded: {
      what: "Só a sua própria qualidade é gravada",
      advice:
        "O disco do servidor está enchendo. Quem assistir à gravação não terá qualidades menores neste trecho. Avise o operador.",
    },
    noVideo: {
      what: "Sem imagem",
      advice: "Veja se há uma cena no OBS e se o codificador de vídeo não está desligado.",
    },
    noAudio: {
      what: "Sem som",
      advice:
        "Veja o mixer de áudio no OBS; uma transmissão sem nenhum som toca mal em alguns aparelhos.",
    },
    gopLong: {
      what: "Keyframes muito distantes",
      advice:
        "No OBS: Configurações → Saída → Avançado → Intervalo de keyframes: 2 s. Assim o público entra e se recupera mais rápido.",
    },
    starved: {
      what: "Chega pouco demais",
      advice:
        "Sua conexão ou seu computador não dá conta. Reduza a taxa de bits no OBS (Configurações → Saída), use cabo em vez de Wi-Fi ou feche outros programas.",
    },
    fasterThanRealtime: {
      what: "Chega mais do que o tempo passa",
      advice:
        "Seu codificador envia mais rápido que o tempo real. Com ffmpeg, envie arquivos com -re.",
    },
    transcoderDegraded: {
      what: "Falta uma qualidade",
      advice:
        "O servidor não consegue gerar uma das qualidades menores agora. Sua própria imagem continua. Escolha menos qualidades nas configurações do canal para a próxima transmissão ou fale com o operador.",
    },
  },
  issueParams: {
    seconds: (seconds) => `${seconds} s`,
    rendition: (name) => name,
  },
  unknownIssue: {
    what: (code) => `Problema “${code}”`,
    advice: "Veja as medições do seu próprio codificador.",
  },
};
