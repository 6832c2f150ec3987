import { Fault } from "@oxbow/contract";
import { type Millis, plus } from "@oxbow/media";
import { LRUCache } from "lru-cache";
import type { World } from "../world.ts";
import { type AssetPolicies, assetPolicies } from "./asset-policies.ts";
import { beyond, opensNow } from "./bounds.ts";
import type { Decision, Question } from "./decision-callback.ts";
import type { PlayDecisions } from "./play-decisions.ts";
import type { PlaybackToken } from "./playback-token.ts";
import type {
  PlayAdmission,
  PlayAttempt,
  Titles,
  Viewing,
  ViewRequest,
  WatchedAsset,
} from "./ports.ts";
import { assetSubject, forbidden, type Subject, streamSubject } from "./subject.ts";
import type { TokenVerifier } from "./token-verifier.ts";
import { isPlaying, protocolOf, renditionOf } from "./view-path.ts";
import { Viewer } from "./viewer.ts";
import type { ViewerTable } from "./viewer-table.ts";

/** A viewer that was sent away does not come back before this. */
const SENT_AWAY_MS = 60_000;
const SENT_AWAY = 10_000;
/** User agents that may be told apart behind one address; beyond, they are one viewer. */
const BEHIND_ADDRESS = 1_000;
/** What of a user agent is remembered: a head may have sixteen thousand characters, and make up any. */
const AGENT_LENGTH = 300;
/** The least that a viewer may be silent, and the target durations that it may be. */
const SILENCE_MS = 30_000;
const SILENT_TARGETS = 3;

/** Somebody at the gate, whose token is known to be good where one is needed. */
type Comer = {
  readonly key: string;
  readonly subject: Subject;
  readonly token: PlaybackToken | undefined;
  readonly protocol: string;
  readonly rendition: string | null;
  readonly address: string;
  readonly userAgent: string;
  readonly exact: boolean;
  /** Whether nothing but what is over can be seen: who looks is not counted. */
  readonly over: boolean;
};

/** A fault refuses; undefined lets in somebody who is not counted. */
export type Admission = Viewing | Fault | undefined;

/** Who lets viewers in who listen to the viewer signal only. */
export interface ListenerGate {
  admit(stream: string, key: string, request: ViewRequest): Admission;
}

export type GateParts = {
  readonly titles: Titles;
  readonly verifier: TokenVerifier;
  readonly table: ViewerTable;
  readonly listeners: ListenerGate;
  /** Undefined: nobody else is asked. */
  readonly decisions: PlayDecisions | undefined;
  readonly world: World;
};

/** Who may watch: policy and tokens, limits, and the operator's own word. */
export class Gate {
  readonly #parts: GateParts;
  readonly #assets: AssetPolicies;
  readonly #sentAway = new LRUCache<string, Millis>({ max: SENT_AWAY });
  #connections = 0;

  constructor(parts: GateParts) {
    this.#parts = parts;
    this.#assets = assetPolicies(parts.titles, parts.world);
  }

  /** Asked for each request; the answer is there at once for whoever is in. */
  admit(request: ViewRequest): Admission | Promise<Admission> {
    // Files of the player are everybody's.
    if (request.kind === "embed" && request.path !== "") return undefined;
    const now = request.kind === "vod" ? undefined : this.#parts.titles.stream(request.owner);
    if (now) {
      return this.#admitTo(request, streamSubject(now));
    }
    if (request.kind === "vod" || request.kind === "embed") {
      const asset = this.#assets.of(request.owner);
      const known = (found: WatchedAsset | undefined) => {
        if (!found) return undefined;
        const source = found.stream === null ? undefined : this.#parts.titles.stream(found.stream);
        return this.#admitTo(request, assetSubject(request.owner, found, source));
      };
      return asset instanceof Promise ? asset.then(known) : known(asset);
    }
    // There is no such stream: whoever looks it up says so.
    return undefined;
  }

  #admitTo(request: ViewRequest, subject: Subject): Admission | Promise<Admission> {
    if (!subject.signed) return this.#pass(request, subject, undefined);
    const token = this.#tokenFor(request.token, subject, request.kind);
    const pass = (found: PlaybackToken | Fault): Admission | Promise<Admission> => {
      if (found instanceof Fault) return found;
      request.within = found.bounds;
      return this.#pass(request, subject, found);
    };
    return token instanceof Promise ? token.then(pass) : pass(token);
  }

  #tokenFor(
    text: string | null | undefined,
    subject: Subject,
    kind: string,
  ): PlaybackToken | Fault | Promise<PlaybackToken | Fault> {
    if (text === undefined || text === null) {
      return new Fault("token_missing", "Playback needs a token: /t/{token}/…");
    }
    const token = this.#parts.verifier.verify(text);
    const check = (found: PlaybackToken | Fault) =>
      found instanceof Fault ? found : (forbidden(found, subject, kind) ?? found);
    return token instanceof Promise ? token.then(check) : check(token);
  }

  /** The token is good, or none is needed. */
  #pass(
    request: ViewRequest,
    subject: Subject,
    token: PlaybackToken | undefined,
  ): Admission | Promise<Admission> {
    const { kind, path, query, address, userAgent } = request;
    const exact = path === ".flv";
    const key = this.#key(subject.id, token, address, userAgent);
    if (kind === "live" && path === "events") {
      return this.#refused(key) ?? this.#parts.listeners.admit(subject.id, key, request);
    }
    if (kind === "embed" || !isPlaying(path)) return undefined;
    return this.#enter({
      key,
      subject,
      token,
      protocol: protocolOf(path),
      rendition: renditionOf(kind, path, query) ?? subject.onlyRendition,
      address,
      userAgent,
      exact,
      over: kind === "live" && subject.broadcast === null,
    });
  }

  #enter(comer: Comer): Admission | Promise<Admission> {
    const { key, exact } = comer;
    const refused = this.#refused(key);
    if (refused) return refused;
    const { table, decisions, world } = this.#parts;
    const viewer = exact ? undefined : table.find(key);
    if (viewer) {
      const now = world.now();
      viewer.seenAt = now;
      viewer.rendition = comer.rendition ?? viewer.rendition;
      if (now < viewer.allowedUntil) return viewer;
    }
    if (!decisions) return this.#let(comer, viewer, undefined);
    const decision = decisions.of(key, () => questionOf(comer));
    return decision instanceof Promise
      ? decision.then((known) => this.#let(comer, exact ? undefined : table.find(key), known))
      : this.#let(comer, viewer, decision);
  }

  /** Lets one in, or on, unless the decision or a limit is against it. */
  #let(comer: Comer, viewer: Viewer | undefined, decision: Decision | undefined): Admission {
    const { table } = this.#parts;
    if (decision?.refusal) {
      if (viewer) table.left(viewer);
      return new Fault(decision.refusal.code, decision.refusal.message);
    }
    // An answer that does not say how long it holds is good as long as the viewer stays.
    const allowedUntil = decision?.told ? decision.until : Number.POSITIVE_INFINITY;
    if (viewer) {
      viewer.allowedUntil = allowedUntil;
      return viewer;
    }
    if (comer.over) return undefined;
    return this.#newViewer(comer, allowedUntil);
  }

  #newViewer(comer: Comer, allowedUntil: number): Viewer | Fault {
    const { table } = this.#parts;
    const { subject, token, key, protocol, rendition, address, userAgent, exact } = comer;
    const maxSessions = token?.maxSessions ?? null;
    return table.enter(
      {
        key: exact ? `${key}\n${++this.#connections}` : key,
        audience: table.audience(subject.id, subject.stream),
        broadcast: subject.broadcast,
        protocol,
        rendition,
        address,
        userAgent: shortened(userAgent),
        token: token && maxSessions !== null ? `${subject.id}\n${token.identity}` : null,
        exact,
        timeoutMs: Math.max(SILENCE_MS, SILENT_TARGETS * subject.targetDuration * 1000),
        allowedUntil,
      },
      { maxViewers: subject.maxViewers, maxSessions },
    );
  }

  /** For players with a connection of their own that is not HTTP. */
  async admitPlay(attempt: PlayAttempt): Promise<PlayAdmission> {
    const { protocol, client } = attempt;
    const found = this.#parts.titles.stream(attempt.stream.id);
    if (!found) return refusal(new Fault("stream_unknown", "There is no such stream"));
    const subject = streamSubject(found);
    const { signed } = subject;
    const token = signed ? await this.#tokenFor(attempt.token, subject, "live") : undefined;
    if (token instanceof Fault) return refusal(token);
    if (token?.bounds && !opensNow(token.bounds, subject.broadcast, this.#parts.world.now())) {
      return refusal(beyond());
    }
    const address = withoutPort(attempt.address);
    const userAgent = client ?? "";
    const key = this.#key(subject.id, token, address, userAgent);
    const comer = { key, subject, token, protocol, address, userAgent, exact: true, over: false };
    const admission = await this.#enter({ ...comer, rendition: "source" });
    if (admission instanceof Fault) return refusal(admission);
    if (!(admission instanceof Viewer)) throw new Error("A viewer on a connection is not counted");
    return {
      ok: true,
      session: {
        began: (connection) => admission.connected(connection),
        ended: () => admission.left(),
      },
    };
  }

  /** The policy of an asset was changed. */
  assetChanged(asset: string): void {
    this.#assets.forget(asset);
  }

  /** Ends a viewer's session; what it is recognised by is refused for a while. */
  kick(id: string): boolean {
    const { table, world } = this.#parts;
    const viewer = table.byId(id);
    if (!viewer) return false;
    const { key, exact } = viewer.is;
    const known = exact ? key.slice(0, key.lastIndexOf("\n")) : key;
    this.#sentAway.set(known, plus(world.now(), SENT_AWAY_MS));
    table.left(viewer);
    viewer.close();
    return true;
  }

  #refused(key: string): Fault | undefined {
    if (this.#sentAway.size === 0) return undefined;
    const until = this.#sentAway.get(key);
    if (until === undefined || this.#parts.world.now() >= until) return undefined;
    return new Fault("viewer_refused", "An operator ended this session: come back later");
  }

  /**
   * What a viewer's requests are known by. A token with an id is one viewer, wherever it moves to,
   * unless it allows several sessions: then, as without a token, address and user agent tell.
   */
  #key(
    subject: string,
    token: PlaybackToken | undefined,
    address: string,
    userAgent: string,
  ): string {
    if (token?.jti !== undefined && token.maxSessions === undefined) {
      return `${subject}\n${token.jti}`;
    }
    const by = token?.maxSessions === undefined ? "" : token.identity;
    const agent = userAgent.length > AGENT_LENGTH ? userAgent.slice(0, AGENT_LENGTH) : userAgent;
    const key = `${subject}\n${by}\n${address}\n${agent}`;
    const { table } = this.#parts;
    if (table.fromAddress(address) < BEHIND_ADDRESS || table.find(key)) return key;
    return `${subject}\n${by}\n${address}\n`;
  }
}

function questionOf({ subject, protocol, address, userAgent, token }: Comer): Question {
  return {
    action: "play",
    stream: subject.stream,
    asset: subject.stream ? null : subject.id,
    protocol,
    address,
    userAgent: shortened(userAgent),
    claims: token?.claims ?? null,
  };
}

/** A slice of a string holds all of it in memory: this is a copy. */
function shortened(userAgent: string): string {
  if (userAgent.length <= AGENT_LENGTH) return userAgent;
  return Buffer.from(userAgent.slice(0, AGENT_LENGTH)).toString();
}

function refusal({ code, message }: Fault): PlayAdmission {
  return { ok: false, code, message };
}

/** `192.0.2.7:51234`, `[2001:db8::1]:51234`. */
function withoutPort(address: string): string {
  const [, six, four] = /^(?:\[(.*)\]|([^:]*)):\d+$/.exec(address) ?? [];
  return six ?? four ?? address;
}
