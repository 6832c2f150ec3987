import { z } from "zod";
import type { RoutesOf } from "../route.ts";
import { AuditEntry } from "./audit-entry.ts";
import { Invitation, NewInvitation } from "./invitation.ts";
import type { accountPaths } from "./paths.ts";
import {
  Email,
  Language,
  ListedPerson,
  Password,
  PasswordGiven,
  Person,
  PersonName,
  Role,
  Session,
  SignedInPlace,
  SignUpPolicy,
} from "./person.ts";

/** Of links: setup, invitation, new password, confirmation. */
const token = z.string().min(20).max(200);
/** Calls in a minute of what strangers may try to guess with. */
const GUESSES = 10;

const page = {
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(200).optional(),
};

const newPerson = {
  name: PersonName,
  email: Email,
  password: Password,
  language: Language,
};

export const accountRoutes = {
  "accounts.session": { access: "anyone", response: Session },
  "accounts.checkSetup": {
    access: "anyone",
    body: z.strictObject({ token }),
    response: z.object({ expiresAt: z.iso.datetime() }),
    perMinute: GUESSES,
  },
  "accounts.setup": {
    access: "anyone",
    body: z.strictObject({ token, ...newPerson }),
    response: Session,
    perMinute: GUESSES,
  },
  "accounts.signUp": {
    access: "anyone",
    body: z.strictObject({ ...newPerson, invitation: token.optional() }),
    /** `confirm`: the way goes on by a link in an e-mail. */
    response: z.object({ next: z.enum(["signed_in", "confirm"]), session: Session }),
    perMinute: GUESSES,
  },
  "accounts.confirmSignUp": {
    access: "anyone",
    body: z.strictObject({ token }),
    response: Session,
    perMinute: GUESSES,
  },
  "accounts.signIn": {
    access: "anyone",
    body: z.strictObject({ email: Email, password: PasswordGiven }),
    response: Session,
    perMinute: GUESSES,
  },
  "accounts.signOut": { access: "anyone", response: Session },
  "accounts.checkInvitation": {
    access: "anyone",
    body: z.strictObject({ token }),
    response: z.object({ role: Role, expiresAt: z.iso.datetime() }),
    perMinute: GUESSES,
  },
  "accounts.forgotPassword": {
    access: "anyone",
    body: z.strictObject({ email: Email }),
    perMinute: GUESSES,
  },
  "accounts.newPassword": {
    access: "anyone",
    body: z.strictObject({ token, password: Password }),
    perMinute: GUESSES,
  },
  "accounts.change": {
    access: "viewer",
    body: z.strictObject({ name: PersonName.optional(), language: Language.optional() }),
    response: Person,
  },
  /** The address that waits for its owner's word; null: none does. */
  "accounts.waitingEmail": {
    access: "viewer",
    response: z.object({ email: z.string().nullable(), expiresAt: z.iso.datetime().nullable() }),
  },
  /** `confirm`: the new address counts when the link in the letter to it was opened. */
  "accounts.changeEmail": {
    access: "viewer",
    body: z.strictObject({ email: Email, password: PasswordGiven }),
    response: z.object({ next: z.enum(["changed", "confirm"]), person: Person }),
    perMinute: GUESSES,
  },
  /** The link in the letter to the new address works no longer. */
  "accounts.keepEmail": { access: "viewer" },
  "accounts.confirmEmail": {
    access: "anyone",
    body: z.strictObject({ token }),
    response: z.object({ email: z.string() }),
    perMinute: GUESSES,
  },
  "accounts.changePassword": {
    access: "viewer",
    body: z.strictObject({ password: PasswordGiven, newPassword: Password }),
    perMinute: GUESSES,
  },
  "accounts.remove": {
    access: "viewer",
    body: z.strictObject({ password: PasswordGiven }),
    response: Session,
    perMinute: GUESSES,
  },
  "accounts.sessions": {
    access: "viewer",
    response: z.object({ items: z.array(SignedInPlace) }),
  },
  "accounts.endSession": { access: "viewer" },
  "accounts.endOtherSessions": { access: "viewer" },
  "accounts.people": {
    access: "operator",
    query: z.strictObject({
      ...page,
      role: Role.optional(),
      /** Part of a name or an e-mail address. */
      search: z.string().trim().max(100).optional(),
    }),
    response: z.object({ items: z.array(ListedPerson), next: z.string().nullable() }),
  },
  "accounts.changePerson": {
    access: "operator",
    body: z.strictObject({ role: Role.optional(), suspended: z.boolean().optional() }),
    response: ListedPerson,
  },
  /** Their channel stays, without an owner: `channels.handOver`. Reasons: `last_operator`, `own_account`. */
  "accounts.removePerson": { access: "operator" },
  "accounts.passwordLink": {
    access: "operator",
    response: z.object({ url: z.url(), expiresAt: z.iso.datetime() }),
  },
  "accounts.invitations": {
    access: "operator",
    query: z.strictObject(page),
    response: z.object({ items: z.array(Invitation), next: z.string().nullable() }),
  },
  "accounts.invite": {
    access: "operator",
    body: z.strictObject({
      role: Role,
      note: z.string().trim().max(200).default(""),
      days: z.int().min(1).max(90).default(7),
    }),
    response: NewInvitation,
  },
  "accounts.revokeInvitation": { access: "operator" },
  "accounts.signUpPolicy": {
    access: "operator",
    response: z.object({ signUp: SignUpPolicy }),
  },
  "accounts.changeSignUpPolicy": {
    access: "operator",
    body: z.strictObject({ signUp: SignUpPolicy }),
    response: z.object({ signUp: SignUpPolicy }),
  },
  "accounts.audit": {
    access: "operator",
    query: z.strictObject({
      ...page,
      /** An action, or what it begins with: `video.` */
      action: z.string().max(60).optional(),
      person: z.string().max(60).optional(),
      about: z.string().max(60).optional(),
    }),
    response: z.object({ items: z.array(AuditEntry), next: z.string().nullable() }),
  },
} as const satisfies RoutesOf<typeof accountPaths>;
