import { plural } from "../core/index.ts";
import type { en } from "./texts-en.ts";

const count = plural("pt-BR");

export const ptBr: typeof en = {
  home: "Início",
  liveNow: "Ao vivo agora",
  upcoming: "Em breve",
  recent: "Vídeos recentes",
  startsAt: (when) => `Começa ${when}`,
  watching: (n) => count(n, { one: "{n} assistindo", other: "{n} assistindo" }),
  loading: "Carregando vídeos",
  failed: "Não foi possível carregar os vídeos",
  emptyTitle: "Ainda não houve transmissões aqui",
  emptyViewer: "Quando alguém entrar ao vivo, vai aparecer aqui e depois ficar como vídeo.",
  emptyStreamer:
    "Entre ao vivo com o OBS ou comece uma transmissão de teste: o estúdio mostra como.",
  toStudio: "Abrir o estúdio",
  signIn: "Entrar",
  channelEmptyTitle: "Nenhum vídeo ainda",
  channelEmpty: "O que este canal transmitir vai ficar aqui.",
  videos: "Vídeos",
  feed: "Feed RSS",
  channelUnknown: "Este canal não existe",
  channelUnknownAbout: "Talvez ele tenha outro nome agora.",
  toHome: "Ir para a página inicial",
  searchTitle: "Busca",
  searchNow: "Buscar",
  searchFor: (words) => `Resultados para “${words}”`,
  searchLabel: "Palavras de títulos, descrições e nomes de canais",
  searchStart: "O que você procura?",
  searchHint: "Todas as palavras contam, e a última pode estar incompleta.",
  searchNone: (words) => `Nada foi encontrado para “${words}”`,
  searchNoneAbout: "Tente menos palavras, ou outras.",
  searchFound: (n) => count(n, { one: "{n} vídeo encontrado", other: "{n} vídeos encontrados" }),
  searchFoundMore: (n) =>
    count(n, { one: "Mais de {n} vídeo encontrado", other: "Mais de {n} vídeos encontrados" }),
};
