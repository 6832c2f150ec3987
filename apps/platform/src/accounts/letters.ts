import type { Language } from "@oxbow/site-contract";
import type { Letter } from "../mail/index.ts";

type Text = Omit<Letter, "to">;

/** What the accounts write to people, in their languages. */
export type Letters = {
  readonly confirmSignUp: (link: string) => Text;
  /** To the owner of an address that somebody wanted to sign up with. */
  readonly accountExists: (signIn: string) => Text;
  readonly newPassword: (link: string) => Text;
  readonly passwordChanged: (site: string) => Text;
  readonly emailChanged: (to: string, site: string) => Text;
};

const en: Letters = {
  confirmSignUp: (link) => ({
    subject: "Confirm your account",
    text: `Open this link to finish making your account. It works once, within a day.\n\n${link}\n\nIf you did not ask for an account, do nothing: none is made.\n`,
  }),
  accountExists: (signIn) => ({
    subject: "You already have an account",
    text: `Somebody asked for an account with your e-mail address, but you have one.\n\nSign in, or ask for a new password:\n${signIn}\n\nIf it was not you, there is nothing to do.\n`,
  }),
  newPassword: (link) => ({
    subject: "Choose a new password",
    text: `Open this link to choose a new password. It works once, within an hour.\n\n${link}\n\nIf you did not ask for it, do nothing: your password stays as it is.\n`,
  }),
  passwordChanged: (site) => ({
    subject: "Your password was changed",
    text: `The password of your account at ${site} was changed, and other browsers were signed out.\n\nIf it was not you, ask for a new password at once.\n`,
  }),
  emailChanged: (to, site) => ({
    subject: "Your e-mail address was changed",
    text: `Your account at ${site} now has the e-mail address ${to}.\n\nIf it was not you, tell the people who run the site.\n`,
  }),
};

const ptBr: Letters = {
  confirmSignUp: (link) => ({
    subject: "Confirme sua conta",
    text: `Abra este link para concluir a criação da sua conta. Ele funciona uma única vez e vale por um dia.\n\n${link}\n\nSe você não pediu uma conta, ignore esta mensagem: nenhuma será criada.\n`,
  }),
  accountExists: (signIn) => ({
    subject: "Você já tem uma conta",
    text: `Alguém pediu uma conta com o seu endereço de e-mail, mas você já tem uma.\n\nEntre ou peça uma nova senha:\n${signIn}\n\nSe não foi você, não é preciso fazer nada.\n`,
  }),
  newPassword: (link) => ({
    subject: "Escolha uma nova senha",
    text: `Abra este link para escolher uma nova senha. Ele funciona uma única vez e vale por uma hora.\n\n${link}\n\nSe você não pediu isso, ignore esta mensagem: sua senha continua a mesma.\n`,
  }),
  passwordChanged: (site) => ({
    subject: "Sua senha foi alterada",
    text: `A senha da sua conta em ${site} foi alterada, e os outros navegadores foram desconectados.\n\nSe não foi você, peça uma nova senha imediatamente.\n`,
  }),
  emailChanged: (to, site) => ({
    subject: "Seu endereço de e-mail foi alterado",
    text: `Sua conta em ${site} agora usa o endereço de e-mail ${to}.\n\nSe não foi você, avise quem administra o site.\n`,
  }),
};

export const letters: Readonly<Record<Language, Letters>> = { en, "pt-BR": ptBr };
