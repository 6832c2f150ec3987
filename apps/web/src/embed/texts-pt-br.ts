import type { en } from "./texts-en.ts";

export const ptBr: typeof en = {
  soon: "Começa em breve",
  startsIn: "Começa em",
  starting: "A transmissão está começando",
  ended: "A transmissão terminou",
  nothing: "Não há gravação para assistir.",
  preparing: "A gravação está sendo preparada",
  private: "Este vídeo é privado",
  removed: "Este vídeo não está mais aqui",
  failed: "Não foi possível carregar o vídeo",
  open: "Abrir no site",
};
