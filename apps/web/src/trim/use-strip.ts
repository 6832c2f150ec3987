import { type RefObject, useEffect, useEffectEvent, useReducer, useRef } from "react";

/** Pixels beyond which a canvas gets no finer. */
const MOST_PIXELS = 4096;

/** A canvas that is as wide as its box, drawn anew in a frame when that changes or one of `deps` does. */
export function useStrip(
  draw: (canvas: HTMLCanvasElement) => void,
  deps: readonly unknown[],
): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [turn, resized] = useReducer((count: number) => count + 1, 0);
  const drawNow = useEffectEvent(() => {
    const element = canvas.current;
    if (element === null) return;
    const { clientWidth, clientHeight } = element;
    const ratio = Math.min(window.devicePixelRatio, MOST_PIXELS / Math.max(1, clientWidth));
    const [width, height] = [Math.round(clientWidth * ratio), Math.round(clientHeight * ratio)];
    if (element.width !== width) element.width = width;
    if (element.height !== height) element.height = height;
    if (width > 0 && height > 0) draw(element);
  });
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => resized());
    observer.observe(element);
    // Colours are those of the theme at the time of drawing.
    const themes = new MutationObserver(() => resized());
    themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", resized);
    return () => {
      observer.disconnect();
      themes.disconnect();
      dark.removeEventListener("change", resized);
    };
  }, []);
  useEffect(() => {
    const frame = requestAnimationFrame(() => drawNow());
    return () => cancelAnimationFrame(frame);
    // What is drawn is in `deps`.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [turn, ...deps]);
  return canvas;
}
