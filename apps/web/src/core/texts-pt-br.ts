import type { en } from "./texts-en.ts";

export const ptBr: typeof en = {
  errors: {
    invalid_request: "Há algo errado neste formulário. Confira o que está marcado.",
    not_signed_in: "Sua sessão terminou. Entre de novo.",
    forbidden: "Sua conta não pode fazer isso.",
    not_found: "Isto não existe ou não está disponível para você.",
    conflict: "Isto mudou nesse meio-tempo. Veja como está e tente de novo.",
    gone: "Isto não está mais disponível.",
    too_large: "Isto é grande demais.",
    too_many_requests: "Tentativas demais. Espere um minuto.",
    media_server_refused: "O servidor de mídia recusou o pedido.",
    media_server_away: "O servidor de mídia não responde. Vamos tentar de novo automaticamente.",
    internal: "Houve uma falha no site. Ela foi registrada; tente de novo.",
    offline: "Não foi possível acessar o site. Verifique sua conexão.",
    timeout: "O site demorou demais para responder. Tente de novo.",
  },
  unknown: "Algo deu errado. Tente de novo.",
};
