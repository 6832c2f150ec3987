import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { HUES, hueOfAuthor } from "./hue-of-author.ts";

type Linear = readonly [red: number, green: number, blue: number];

/** OKLCH as linear sRGB, cut to what a screen has (CSS Color 4 §18). */
function ofOklch(lightness: number, chroma: number, hue: number): Linear {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const cut = (value: number): number => Math.min(1, Math.max(0, value));
  return [
    cut(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    cut(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    cut(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function ofHex(hex: string): Linear {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

const luminance = ([red, green, blue]: Linear): number =>
  0.2126 * red + 0.7152 * green + 0.0722 * blue;

/** WCAG 2.2: 1 to 21. */
function contrast(one: Linear, other: Linear): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

test("names can be read on every ground of the list, in both themes", () => {
  const css = read("chat.module.css");
  const colours = [...css.matchAll(/oklch\((?<l>[\d.]+) (?<c>[\d.]+) var\(--hue\)\)/g)];
  const tokens = read("../ui/tokens.css");
  const grounds = ["ground", "surface", "raised"].map((name) => {
    const found = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(tokens);
    assert.ok(found, name);
    return found.slice(1);
  });
  assert.equal(colours.length, 2);
  for (const [theme, { groups }] of colours.entries()) {
    for (let hue = 0; hue < 360; hue += 360 / HUES) {
      const name = ofOklch(Number(groups?.["l"]), Number(groups?.["c"]), hue);
      for (const ground of grounds) {
        const ratio = contrast(name, ofHex(ground[theme] ?? ""));
        // A row under the pointer is a tenth nearer to the ink than its ground.
        assert.ok(ratio >= 5.2, `hue ${hue} on ${ground[theme]}: ${ratio.toFixed(2)}`);
      }
    }
  }
});

test("a person has one colour, and people differ", () => {
  const hues = Array.from({ length: 200 }, (_, at) => hueOfAuthor(`per_${at}`));
  assert.deepEqual(hues.slice(0, 3), ["per_0", "per_1", "per_2"].map(hueOfAuthor));
  assert.equal(new Set(hues).size, HUES);
});
