export interface UpdateTable {
  updates: {
    /** By `update_log`, so that ids are in the order of commits, without gaps, on every database. */
    id: number;
    /** A `ToldTopic`. */
    topic: string;
    type: string;
    /** JSON. */
    data: string;
    at: number;
  };
  /** One row. */
  update_log: {
    /** The newest id of `updates`. */
    last: number;
  };
}
