import { z } from "zod";

/** Each role includes the one before it. */
export const Role = z.enum(["viewer", "streamer", "operator"]);
export type Role = z.infer<typeof Role>;

export const Language = z.enum(["en", "pt-BR"]);
export type Language = z.infer<typeof Language>;

/** Who may make an account without being asked: everybody, who has an invitation, nobody. */
export const SignUpPolicy = z.enum(["open", "invitation", "closed"]);
export type SignUpPolicy = z.infer<typeof SignUpPolicy>;

/** Somebody with an account, as they see themselves. */
export const Person = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: Role,
  language: Language,
  createdAt: z.iso.datetime(),
});
export type Person = z.infer<typeof Person>;

/** The same, as an operator sees them. */
export const ListedPerson = Person.extend({
  suspended: z.boolean(),
  /** When one of their sessions was last used; null: none is open. */
  seenAt: z.iso.datetime().nullable(),
});
export type ListedPerson = z.infer<typeof ListedPerson>;

/** Who looks at the page, and what the way in is. */
export const Session = z.object({
  person: Person.nullable(),
  signUp: SignUpPolicy,
  /** No operator has been made yet: the setup link in the log makes one. */
  needsSetup: z.boolean(),
  /** Whether this site can send e-mail: without it, an operator makes links for new passwords. */
  mail: z.boolean(),
});
export type Session = z.infer<typeof Session>;

/** One place where a person is signed in. */
export const SignedInPlace = z.object({
  id: z.string(),
  /** The one that asks. */
  current: z.boolean(),
  /** What the browser says it is. */
  agent: z.string().nullable(),
  address: z.string().nullable(),
  createdAt: z.iso.datetime(),
  seenAt: z.iso.datetime(),
});
export type SignedInPlace = z.infer<typeof SignedInPlace>;

export const PersonName = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^\p{Cc}]*$/u);
export const Email = z.string().trim().toLowerCase().max(254).pipe(z.email());
/** Long is what counts (NIST SP 800-63B): no rule about signs, and what is pasted is as good as what is typed. */
export const Password = z.string().min(10).max(128);
/** What is compared with a password: refused as wrong, not as too short. */
export const PasswordGiven = z.string().min(1).max(128);
