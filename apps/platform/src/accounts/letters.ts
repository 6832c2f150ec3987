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
  /** To an address that an account wants for its own. */
  readonly confirmEmail: (link: string) => Text;
  /** The same where it is another account's. */
  readonly emailInUse: (signIn: string) => Text;
  /** To the old address, while the new one waits. */
  readonly emailAsked: (to: string, site: string) => Text;
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
  confirmEmail: (link) => ({
    subject: "Confirm your e-mail address",
    text: `Somebody, surely you, wants this e-mail address for their account. Open this link to confirm it. It works once, within a day.\n\n${link}\n\nIf it was not you, do nothing: the account keeps the address that it has.\n`,
  }),
  emailInUse: (signIn) => ({
    subject: "Your e-mail address has an account already",
    text: `Somebody wanted your e-mail address for another account, but you have an account with it. Nothing was changed.\n\nIf it was you, sign in with this address, or remove the account that has it first:\n${signIn}\n`,
  }),
  emailAsked: (to, site) => ({
    subject: "Your e-mail address is to be changed",
    text: `Your account at ${site} is to have the e-mail address ${to}. A link was sent there; until it is opened, everything stays as it is.\n\nIf it was not you, change your password at once: then that link works no longer.\n`,
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
  confirmEmail: (link) => ({
    subject: "Confirme seu endereço de e-mail",
    text: `Alguém, provavelmente você, quer usar este endereço de e-mail em sua conta. Abra este link para confirmá-lo. Ele funciona uma única vez e vale por um dia.\n\n${link}\n\nSe não foi você, ignore esta mensagem: a conta continua com o endereço que tem.\n`,
  }),
  emailInUse: (signIn) => ({
    subject: "Seu endereço de e-mail já tem uma conta",
    text: `Alguém quis usar o seu endereço de e-mail em outra conta, mas você já tem uma conta com ele. Nada foi alterado.\n\nSe foi você, entre com este endereço ou exclua esta conta antes:\n${signIn}\n`,
  }),
  emailAsked: (to, site) => ({
    subject: "Pedido de alteração do seu e-mail",
    text: `Pediram que sua conta em ${site} passe a usar o endereço de e-mail ${to}. Enviamos um link para lá; até que ele seja aberto, tudo continua como está.\n\nSe não foi você, altere sua senha imediatamente: assim aquele link deixa de funcionar.\n`,
  }),
  emailChanged: (to, site) => ({
    subject: "Seu endereço de e-mail foi alterado",
    text: `Sua conta em ${site} agora usa o endereço de e-mail ${to}.\n\nSe não foi você, avise quem administra o site.\n`,
  }),
};

export const letters: Readonly<Record<Language, Letters>> = { en, "pt-BR": ptBr };
