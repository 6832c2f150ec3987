import assert from "node:assert/strict";
import { test } from "node:test";
import { tellSettings } from "./tell-settings.ts";

test("settings are told with their origins, without secrets and passwords", () => {
  const values = {
    httpPort: 8080,
    apiKey: "a-key-that-nobody-sees",
    smtpUrl: "smtp://me:pass:w@rd@mail.test:587",
    trustedProxies: ["127.0.0.0/8", "::1"],
    publicUrl: undefined,
  };
  const origins = {
    httpPort: "default",
    apiKey: "environment",
    smtpUrl: "file",
    trustedProxies: "default",
    publicUrl: "default",
  } as const;
  assert.deepEqual(
    tellSettings(values, origins, ["apiKey"]).map(
      ({ variable, origin, value, isSet, isSecret }) => [variable, origin, value, isSet, isSecret],
    ),
    [
      ["OXBOW_HTTP_PORT", "default", "8080", true, false],
      ["OXBOW_API_KEY", "environment", null, true, true],
      ["OXBOW_SMTP_URL", "file", "smtp://me:***@mail.test:587", true, false],
      ["OXBOW_TRUSTED_PROXIES", "default", "127.0.0.0/8, ::1", true, false],
      ["OXBOW_PUBLIC_URL", "default", null, false, false],
    ],
  );
});
