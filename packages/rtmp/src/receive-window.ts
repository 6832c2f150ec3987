/**
 * Counts received bytes and says when to acknowledge them (RTMP 1.0 §5.4.3, §5.4.4). A peer that
 * never says its window is acknowledged by ours.
 */
export class ReceiveWindow {
  #window: number;
  #received = 0;
  #acknowledged = 0;

  constructor(window: number) {
    this.#window = window;
  }

  get received(): number {
    return this.#received;
  }

  /** The peer's Window Acknowledgement Size; 0 means nothing. */
  resize(window: number): void {
    if (window > 0) this.#window = window;
  }

  add(bytes: number): void {
    this.#received += bytes;
  }

  /** Whether an acknowledgement is due; it is taken as sent. */
  due(): boolean {
    if (this.#received - this.#acknowledged < this.#window) return false;
    this.#acknowledged = this.#received;
    return true;
  }
}
