import { type RefObject, useEffect, useEffectEvent, useRef } from "react";
import type { Trim } from "./use-trim.ts";
import { momentAt, panned, pinched, type View, zoomed } from "./view.ts";

/** Pixels that a finger may move in a tap. */
const TAP = 8;
/** Pixels of a line, where a wheel counts in lines. */
const LINE = 16;

type Box = RefObject<HTMLElement | null>;
type Finger = { readonly began: number; now: number };

/** Where on a box something is, 0 to 1. */
function shareIn(box: Box, clientX: number): number {
  const { left = 0, width = 1 } = box.current?.getBoundingClientRect() ?? {};
  return Math.min(1, Math.max(0, (clientX - left) / Math.max(1, width)));
}

const widthOf = (box: Box): number => box.current?.clientWidth ?? 1;

/** A wheel pans sideways, or with Shift, and zooms with Control: what pinching on a touchpad sends. */
export function useWheel(box: Box, { view, whole, setView }: Trim): void {
  const onWheel = useEffectEvent((event: WheelEvent) => {
    const { ctrlKey, shiftKey, deltaX, deltaY, deltaMode } = event;
    const sideways = shiftKey || Math.abs(deltaX) > Math.abs(deltaY);
    if (!ctrlKey && !sideways) return;
    event.preventDefault();
    const unit = deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1;
    if (ctrlKey) {
      const by = Math.min(4, Math.max(0.25, 1.002 ** (deltaY * unit)));
      setView(zoomed(view, whole, by, momentAt(view, shareIn(box, event.clientX))));
      return;
    }
    const delta = (deltaX === 0 ? deltaY : deltaX) * unit;
    setView(panned(view, whole, (delta / widthOf(box)) * (view.to - view.from)));
  });
  useEffect(() => {
    const closed = new AbortController();
    const options = { passive: false, signal: closed.signal };
    box.current?.addEventListener("wheel", (event) => onWheel(event), options);
    return () => closed.abort();
  }, [box]);
}

/**
 * A mouse goes where it is pressed and drags the playhead along; a finger pans, two fingers zoom, and a tap
 * goes there.
 */
export function usePointers(
  box: Box,
  { view, whole, setView }: Trim,
  seek: (wall: number) => void,
): void {
  const fingers = useRef(new Map<number, Finger>());
  /** The view when the fingers came down as they are now. */
  const before = useRef<View>(view);
  const scrubs = useRef(false);
  /** Since the first finger came down, the view was moved: what ends is no tap. */
  const moved = useRef(false);
  const momentOf = ({ clientX }: PointerEvent): number => momentAt(view, shareIn(box, clientX));
  const rebase = (): void => {
    before.current = view;
    for (const [id, { now }] of fingers.current) fingers.current.set(id, { began: now, now });
  };
  const move = (next: View): void => {
    moved.current = true;
    setView(next);
  };

  const onDown = useEffectEvent((event: PointerEvent) => {
    // A handle, or a button, is moved or pressed by itself.
    if (event.target instanceof Element && event.target.closest('[role="slider"], button')) return;
    if (event.pointerType === "touch") {
      if (fingers.current.size >= 2) return;
      moved.current = fingers.current.size > 0;
      const now = shareIn(box, event.clientX);
      fingers.current.set(event.pointerId, { began: now, now });
      rebase();
    } else if (event.button === 0) {
      scrubs.current = true;
      box.current?.setPointerCapture(event.pointerId);
      seek(momentOf(event));
    }
  });
  const onMove = useEffectEvent((event: PointerEvent) => {
    if (scrubs.current) seek(momentOf(event));
    const finger = fingers.current.get(event.pointerId);
    if (finger === undefined) return;
    finger.now = shareIn(box, event.clientX);
    const [one, two] = fingers.current.values();
    const { current: from } = before;
    if (one !== undefined && two !== undefined)
      move(pinched(from, whole, [one.began, two.began], [one.now, two.now]));
    else if (moved.current || Math.abs(finger.began - finger.now) * widthOf(box) >= TAP)
      move(panned(from, whole, (finger.began - finger.now) * (from.to - from.from)));
  });
  const onUp = useEffectEvent((event: PointerEvent) => {
    scrubs.current = false;
    const finger = fingers.current.get(event.pointerId);
    if (finger === undefined) return;
    fingers.current.delete(event.pointerId);
    // What the page took for scrolling was cancelled, and is no tap.
    if (!moved.current && event.type === "pointerup") seek(momentAt(view, finger.now));
    rebase();
  });
  useEffect(() => {
    const closed = new AbortController();
    const { signal } = closed;
    const element = box.current;
    element?.addEventListener("pointerdown", (event) => onDown(event), { signal });
    element?.addEventListener("pointermove", (event) => onMove(event), { signal });
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"] as const)
      element?.addEventListener(name, (event) => onUp(event), { signal });
    return () => closed.abort();
  }, [box]);
}
