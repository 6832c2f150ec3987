import { Socket } from "node:net";

/** As much as Node.js reads at once. */
const READ_BYTES = 65_536;

/**
 * One buffer that many sockets are read into, one after another. By itself a socket takes 64 KiB of new
 * memory for each read; with a hundred encoders that alone makes the garbage collector run all the time.
 */
export class SharedRead {
  readonly #buffer: Buffer = Buffer.allocUnsafeSlow(READ_BYTES);

  /**
   * The same connection, paused, that gives what it reads to `read`. The bytes are good until `read`
   * returns. `accepted` must be paused from its beginning (`pauseOnConnect`) and is not to be used again.
   */
  adopt(accepted: Socket, read: (bytes: Buffer) => void): Socket {
    const handle = detach(accepted);
    if (handle === undefined) {
      accepted.on("data", read);
      accepted.pause();
      return accepted;
    }
    const onread = {
      buffer: this.#buffer,
      callback: (count: number) => {
        read(this.#buffer.subarray(0, count));
        return true;
      },
    };
    const options: object = { handle, onread };
    return new Socket(options);
  }
}

/** Where a socket of Node.js 18 to 26 keeps its connection. */
const HANDLE = "_handle";

/**
 * Takes the connection out of an accepted socket. `onread` is an option of sockets that are made, and
 * a server has no way to give it to those that it accepts; so the socket is made anew around the handle.
 * Undefined where Node.js no longer keeps it there: reading then costs more, and works.
 */
function detach(accepted: Socket): object | undefined {
  const handle: unknown = Reflect.get(accepted, HANDLE);
  if (typeof handle !== "object" || handle === null) return undefined;
  Reflect.set(accepted, HANDLE, null);
  accepted.destroy();
  return handle;
}
