import assert from "node:assert/strict";
import { test } from "node:test";
import { programs } from "./programs.mjs";
import { installAdvice, installPlan, managerNames, packageNames } from "./system-install.mjs";

test("root installs by the manager itself, others by a sudo that asks nothing, brew without sudo", () => {
  assert.deepEqual(
    [
      installPlan(["ffmpeg", "chromium"], "apt-get", true),
      installPlan(["ffmpeg"], "dnf", false),
      installPlan(["ffmpeg"], "brew", false),
    ],
    [
      {
        refresh: ["apt-get", "update", "-qq"],
        install: [
          "apt-get",
          "install",
          "-y",
          "-qq",
          "--no-install-recommends",
          "ffmpeg",
          "chromium",
        ],
      },
      { install: ["sudo", "-n", "dnf", "install", "-y", "-q", "ffmpeg-free"] },
      { install: ["brew", "install", "--quiet", "ffmpeg"] },
    ],
  );
});

test("every program has a package name for every manager", () => {
  const named = Object.entries(packageNames).map(([program, names]) => [
    program,
    Object.keys(names).toSorted(),
  ]);
  assert.deepEqual(
    named,
    Object.keys(programs).map((program) => [program, managerNames.toSorted()]),
  );
});

test("advice is one command that can be pasted, or the names where no manager is known", () => {
  assert.deepEqual(
    [
      installAdvice(["ffmpeg"], "apt-get", "why", "Then this."),
      installAdvice(["ffmpeg", "chromium"], undefined, "why", "Then this."),
    ],
    [
      "Missing: ffmpeg (why). To install: sudo apt-get install --no-install-recommends ffmpeg\nThen this.",
      "Missing: ffmpeg, chromium (why). Install ffmpeg, chromium and have them on the PATH.\nThen this.",
    ],
  );
});
