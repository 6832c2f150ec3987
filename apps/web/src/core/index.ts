export { browserName } from "./browser-name.ts";
export { type CallOptions, call } from "./call.ts";
export { CallError, type CallErrorCode } from "./call-error.ts";
export type { CallInput } from "./call-input.ts";
export { useErrorText } from "./error-text.ts";
export type { Formats, Moment } from "./formats.ts";
export { kept } from "./kept.ts";
export { type SiteLanguage, siteLanguages } from "./language.ts";
export { useGo, useParam, useQueryTexts } from "./location.ts";
export { pageData } from "./page-data.ts";
export { type PluralForms, plural } from "./plural.ts";
export { createQueryClient } from "./query-client.ts";
export {
  includesRole,
  type PersonRole,
  type Session,
  type SignedInPerson,
  useSession,
  useSetSession,
} from "./session.ts";
export { type Theme, themes, useTheme } from "./theme.ts";
export type { Connection } from "./updates-socket.ts";
export {
  type Answers,
  type UseCallOptions,
  type UseChangeOptions,
  useAnswers,
  useCall,
  useChange,
} from "./use-call.ts";
export { useFormats } from "./use-formats.ts";
export { useNow } from "./use-now.ts";
export { type ItemOf, type ListOperation, type Pages, usePages } from "./use-pages.ts";
export { createTexts, LanguageProvider, textsReady, useLanguage } from "./use-texts.ts";
export { useTitle } from "./use-title.ts";
export {
  type KnownGauge,
  type KnownUpdate,
  type UseUpdatesOptions,
  useConnection,
  useUpdates,
} from "./use-updates.ts";
