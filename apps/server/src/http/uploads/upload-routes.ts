import type { IncomingMessage, ServerResponse } from "node:http";
import { apiPath, Fault } from "@oxbow/contract";
import { rfc3339 } from "@oxbow/media";
import type { Assets, Upload } from "../../assets/index.ts";
import type { World } from "../../world.ts";
import type { KeyLookup } from "../api/index.ts";
import { authenticate } from "../api/index.ts";
import { PIECE, readChecksum, readMetadata, TUS, wholeNumber } from "./tus.ts";
import { sendAbilities, sendRefusal, sendReply, type UploadReply } from "./upload-reply.ts";

const TICKETS = "/uploads/";
const CREATION = `${apiPath}/uploads`;
const ASSETS = `${apiPath}/assets`;
/** Types that say nothing of a file but that it is one: what it is shows from its bytes. */
const FILE_TYPE = /^(?:video\/|audio\/|application\/(?:mp4|octet-stream)\b)/i;

export type UploadRoutesOptions<Tx> = {
  readonly assets: Assets<Tx>;
  readonly keys: KeyLookup;
  readonly maxBytes: number;
  readonly world: World;
};

/**
 * Takes the bytes of files, past the API's own reading of bodies: they go to the disk as they come, and no
 * faster than it takes them. tus 1.0.0 at `/uploads/{token}` and `POST /api/v1/uploads`, PUT of a whole
 * file, and files as the body of `POST /api/v1/assets`.
 */
export class UploadRoutes<Tx> {
  readonly #options: UploadRoutesOptions<Tx>;

  constructor(options: UploadRoutesOptions<Tx>) {
    this.#options = options;
  }

  /** Whether a request is an upload. */
  takes({ url = "", method, headers }: IncomingMessage): boolean {
    const path = pathOf(url);
    if (path.startsWith(TICKETS) || path === CREATION) return true;
    return path === ASSETS && method === "POST" && FILE_TYPE.test(headers["content-type"] ?? "");
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const { world, maxBytes } = this.#options;
    if (request.method === "OPTIONS") {
      sendAbilities(response, maxBytes);
      return;
    }
    this.#answer(request).then(
      (reply) => sendReply(response, reply),
      (error: unknown) => {
        if (error instanceof Fault) {
          sendRefusal(request, response, error);
          return;
        }
        // The path holds the secret of the upload: it stays out of the log.
        world.log.error({ err: error, method: request.method }, "upload request failed");
        sendRefusal(request, response, new Fault("internal", "The upload could not be taken"));
      },
    );
  }

  #answer(request: IncomingMessage): Promise<UploadReply> {
    const path = pathOf(request.url ?? "");
    if (path === ASSETS) return this.#file(request);
    if (path === CREATION) return this.#create(request);
    return this.#ticket(request, path.slice(TICKETS.length));
  }

  async #ticket(request: IncomingMessage, token: string): Promise<UploadReply> {
    if (!/^[\w-]{16,64}$/.test(token)) {
      throw new Fault("upload_unknown", "There is no such upload");
    }
    const method = header(request, "x-http-method-override") ?? request.method ?? "";
    if (method === "PUT") return this.#whole(request, token);
    assertVersion(request);
    const { assets } = this.#options;
    switch (method) {
      case "HEAD": {
        const { upload, offset } = await assets.uploads.find(token);
        return { status: 200, headers: standing(upload, offset) };
      }
      case "PATCH": {
        const { upload } = await assets.uploads.find(token);
        const offset = await this.#piece(request, token);
        return { status: 204, headers: standing(upload, offset) };
      }
      case "DELETE":
        await assets.uploads.terminate(token);
        return { status: 204 };
      default:
        throw new Fault("method_not_allowed", "An upload takes HEAD, PATCH, PUT, DELETE, OPTIONS");
    }
  }

  #piece(request: IncomingMessage, token: string): Promise<number> {
    if (!sameType(request, PIECE)) {
      throw new Fault("unsupported_media_type", `Send the piece as ${PIECE}`);
    }
    const offset = wholeNumber("Upload-Offset", header(request, "upload-offset"));
    const checksum = readChecksum(header(request, "upload-checksum"));
    const piece = { ...chunksOf(request), offset, ...(checksum && { checksum }) };
    return this.#options.assets.uploads.receive(token, piece);
  }

  /** PUT: the whole file in one body; what was sent before counts no more. */
  async #whole(request: IncomingMessage, token: string): Promise<UploadReply> {
    const { uploads } = this.#options.assets;
    const { upload } = await uploads.find(token);
    const offset = await uploads.receive(token, { ...chunksOf(request), offset: 0, fresh: true });
    if (offset < upload.bytes) throw cutShort(offset, upload.bytes);
    return { status: 204, headers: standing(upload, offset) };
  }

  /** tus: creation, with the first piece where there is one. */
  async #create(request: IncomingMessage): Promise<UploadReply> {
    if (request.method !== "POST") throw new Fault("method_not_allowed", "Create uploads by POST");
    assertVersion(request);
    await this.#authorise(request);
    const bytes = wholeNumber("Upload-Length", header(request, "upload-length"));
    if (bytes === 0) throw new Fault("invalid_request", "The file is empty");
    const metadata = readMetadata(header(request, "upload-metadata"));
    const name = metadata.get("filename") ?? metadata.get("name") ?? "upload";
    const title = metadata.get("title") ?? null;
    const { uploads, id } = await this.#options.assets.create({
      title: title?.slice(0, 300) ?? null,
      files: [{ name: name.slice(0, 300), bytes }],
    });
    const [ticket] = uploads;
    if (ticket === undefined) throw new Error(`Asset ${id} has no upload`);
    const made = { Location: ticket.url, "Upload-Expires": httpDate(ticket.expiresAt) };
    if (!sameType(request, PIECE)) return { status: 201, headers: { ...made, "Oxbow-Asset": id } };
    const token = ticket.url.slice(ticket.url.lastIndexOf("/") + 1);
    const checksum = readChecksum(header(request, "upload-checksum"));
    const piece = { ...chunksOf(request), offset: 0, ...(checksum && { checksum }) };
    const offset = await this.#options.assets.uploads.receive(token, piece);
    return {
      status: 201,
      headers: { ...made, "Upload-Offset": String(offset), "Oxbow-Asset": id },
    };
  }

  /** The file is the body. One that breaks off leaves nothing: who sends large files sends them by tus. */
  async #file(request: IncomingMessage): Promise<UploadReply> {
    await this.#authorise(request);
    const { assets } = this.#options;
    const query = new URL(request.url ?? "", "http://local").searchParams;
    const unknown = [...query.keys()].find((key) => key !== "name" && key !== "title");
    if (unknown !== undefined) {
      throw new Fault("invalid_request", `There is no "${unknown}" here`, { field: unknown });
    }
    const bytes = wholeNumber("Content-Length", header(request, "content-length"));
    if (bytes === 0) throw new Fault("invalid_request", "The file is empty");
    const name = (query.get("name") ?? "upload").slice(0, 300);
    const title = query.get("title")?.slice(0, 300) ?? null;
    const { id, uploads } = await assets.create({ title, files: [{ name, bytes }] });
    const token = uploads[0]?.url.split("/").at(-1) ?? "";
    try {
      const offset = await assets.uploads.receive(token, { ...chunksOf(request), offset: 0 });
      if (offset < bytes) throw cutShort(offset, bytes);
    } catch (error) {
      await assets.remove(id);
      throw error;
    }
    return { status: 201, json: await assets.get(id) };
  }

  async #authorise(request: IncomingMessage): Promise<void> {
    await authenticate(request.headers.authorization, "write", this.#options.keys);
  }
}

function pathOf(url: string): string {
  return url.split("?", 1)[0] ?? "";
}

function header({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

function sameType(request: IncomingMessage, type: string): boolean {
  return header(request, "content-type")?.split(";", 1)[0]?.trim().toLowerCase() === type;
}

function assertVersion(request: IncomingMessage): void {
  if (header(request, "tus-resumable") === TUS) return;
  throw new Fault("invalid_request", `Send Tus-Resumable: ${TUS}, or PUT the whole file`, {
    field: "Tus-Resumable",
    details: { version: true },
  });
}

/** The body as it comes; the connection stays for the answer. */
function chunksOf(request: IncomingMessage) {
  return {
    chunks: request.iterator({ destroyOnReturn: false }),
    stop: () => void request.destroy(),
  };
}

function standing({ bytes, expiresAt }: Upload, offset: number): Record<string, string> {
  return {
    "Upload-Offset": String(offset),
    "Upload-Length": String(bytes),
    "Upload-Expires": httpDate(rfc3339(expiresAt)),
  };
}

function httpDate(time: string): string {
  return new Date(time).toUTCString();
}

function cutShort(offset: number, bytes: number): Fault {
  return new Fault("invalid_request", `${offset} of ${bytes} bytes came`, { details: { offset } });
}
