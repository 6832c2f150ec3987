import { type RefObject, useEffect, useEffectEvent, useReducer, useRef, useState } from "react";
import type { StripSize } from "./filmstrip.ts";

/** Pixels beyond which a canvas gets no finer. */
const MOST_PIXELS = 4096;

const NOTHING: StripSize = { width: 0, height: 0 };

/**
 * A canvas that is as wide as its box, drawn anew in a frame when that changes or one of `deps` does; and
 * how large it is on the page.
 */
export function useStrip(
  draw: (canvas: HTMLCanvasElement) => void,
  deps: readonly unknown[],
): readonly [RefObject<HTMLCanvasElement | null>, StripSize] {
  const [size, setSize] = useState(NOTHING);
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
    const observer = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      setSize((known) =>
        known.width === width && known.height === height ? known : { width, height },
      );
      resized();
    });
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
  return [canvas, size];
}

/** How wide a box is on the page, in pixels; 0 while it is not there. */
export function useWidth(box: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return width;
}
