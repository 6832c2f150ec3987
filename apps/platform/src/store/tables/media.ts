/** How an event came. */
export type EventWay = "webhook" | "reconciliation";

export interface MediaTables {
  /** What the platform knows of the media server, by key. */
  media_state: {
    key: string;
    /** JSON. */
    value: string;
  };
  /** Events of the media server that came, each once. */
  media_inbox: {
    /** `evt_…`. */
    id: string;
    /** In the media server's log. */
    sequence: number;
    type: string;
    /** The stream's id. */
    stream: string | null;
    /** When it happened, by the media server's clock. */
    time: number;
    received_at: number;
    via: EventWay;
    /**
     * applied; older: something newer of the same thing was known; failing: it could not be applied
     * and comes again; poisoned: it is set aside.
     */
    outcome: "applied" | "older" | "failing" | "poisoned";
    attempts: number;
    error: string | null;
    /** JSON: names of the projections that could not apply it. */
    failing: string | null;
    /** JSON; kept while it is not applied. */
    event: string | null;
  };
  /** Up to which event each thing of the media server is known. */
  media_things: {
    /** Its kind and id: `export:exp_…`. */
    thing: string;
    sequence: number;
    seen_at: number;
  };
}
