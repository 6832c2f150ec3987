import type { ReactNode } from "react";
import {
  siteLanguages,
  themes,
  useChange,
  useErrorText,
  useLanguage,
  useTheme,
} from "../core/index.ts";
import { Card, Field, Select, useToast } from "../ui/index.tsx";
import css from "./account-page.module.css";
import { useAccountTexts } from "./texts.ts";

/** The language goes with the account: letters come in it, too. The look stays in this browser. */
export function AppearanceCard(): ReactNode {
  const { account: texts } = useAccountTexts();
  const tell = useToast();
  const errorText = useErrorText();
  const { language, setLanguage } = useLanguage();
  const { theme, setTheme } = useTheme();
  const change = useChange("accounts.change", { invalidates: ["accounts.session"] });
  const failed = (error: unknown): void => tell(errorText(error), "bad");
  return (
    <Card title={texts.appearance}>
      <div className={css["choices"]}>
        <Field label={texts.language}>
          <Select
            value={language}
            onChange={({ target }) => {
              const wanted = siteLanguages.find((one) => one === target.value);
              if (wanted === undefined) return;
              setLanguage(wanted).catch(failed);
              change.mutate({ body: { language: wanted } }, { onError: failed });
            }}
          >
            {siteLanguages.map((one) => (
              <option key={one} value={one} lang={one}>
                {texts.languages[one]}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={texts.theme}>
          <Select
            value={theme}
            onChange={({ target }) =>
              setTheme(themes.find((one) => one === target.value) ?? "auto")
            }
          >
            {themes.map((one) => (
              <option key={one} value={one}>
                {texts.themes[one]}
              </option>
            ))}
          </Select>
        </Field>
      </div>
    </Card>
  );
}
