import { Fault } from "@oxbow/contract";

/** The version of the resumable upload protocol that is spoken. */
export const TUS = "1.0.0";
export const EXTENSIONS = "creation,creation-with-upload,termination,checksum,expiration";
const ALGORITHMS = ["sha1", "sha256", "md5"] as const;
export const CHECKSUMS: string = ALGORITHMS.join(",");
/** Of the body of PATCH. */
export const PIECE = "application/offset+octet-stream";

/** A digest of a piece, as the client made it. */
export type PieceChecksum = {
  readonly algorithm: (typeof ALGORITHMS)[number];
  readonly digest: Buffer;
};

/** A whole number in a header: `Upload-Offset`, `Upload-Length`. Fault `invalid_request`. */
export function wholeNumber(name: string, value: string | undefined): number {
  const number = value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new Fault("invalid_request", `Send ${name} with a whole number`, { field: name });
}

/** `Upload-Checksum: sha1 BASE64`; undefined where there is none. Fault `invalid_request`. */
export function readChecksum(value: string | undefined): PieceChecksum | undefined {
  if (value === undefined) return undefined;
  const [name, text = ""] = value.split(" ");
  const algorithm = ALGORITHMS.find((known) => known === name);
  if (algorithm === undefined) {
    const told = `Upload-Checksum: send one of ${CHECKSUMS}`;
    throw new Fault("invalid_request", told, { field: "Upload-Checksum" });
  }
  return { algorithm, digest: Buffer.from(text, "base64") };
}

/** `Upload-Metadata: filename d29ybGQ=,private`. Fault `invalid_request`. */
export function readMetadata(value: string | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (value === undefined || value === "") return found;
  for (const pair of value.split(",")) {
    const [key = "", text = "", ...more] = pair.trim().split(" ");
    if (key === "" || more.length > 0 || found.has(key) || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
      throw new Fault("invalid_request", "Upload-Metadata: send pairs of a key and base64", {
        field: "Upload-Metadata",
      });
    }
    found.set(key, Buffer.from(text, "base64").toString("utf8"));
  }
  return found;
}
