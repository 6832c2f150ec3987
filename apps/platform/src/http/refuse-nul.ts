import { SiteFault } from "@oxbow/site-contract";

/** The sign 0 in an address. */
const ESCAPED = /%00/;

/** Refuses an address with the sign 0: no text has it, and PostgreSQL can neither keep it nor look for it. */
export function refuseNulInUrl(url: string): void {
  if (ESCAPED.test(url)) throw refusal();
}

/** The same of what JSON says, however deep. */
export function refuseNulInJson(json: unknown): void {
  const left = [json];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === "string" && value.includes("\0")) throw refusal();
    if (typeof value === "object" && value !== null) {
      for (const each of Object.values(value)) left.push(each);
    }
  }
}

function refusal(): SiteFault {
  return new SiteFault("invalid_request", "No text has the sign 0");
}
