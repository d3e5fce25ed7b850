/** The types of almoner-live.js. What facts and events have is in live.schema.json of the documentation. */

/** A fact with its totals, as the server has it: set what you show from it, and never add. */
export interface FactState {
  fact: Record<string, unknown> & { id: string; name: string };
  polls: Record<string, unknown>[];
  targets: Record<string, unknown>[];
  milestones: Record<string, unknown>[];
  donation_matches: Record<string, unknown>[];
  /** The ten latest, the newest first. */
  donations: Record<string, unknown>[];
  [more: string]: unknown;
}

/** One event; data is the object as it is now, or null when it is gone or not shown any more. */
export interface LiveEvent {
  type: string;
  cursor: string;
  at: string;
  fact_id: string;
  fact_ids: string[];
  object: string;
  id: string;
  data: Record<string, unknown> | null;
  detail?: Record<string, unknown>;
  /** A rehearsal: show it, count it nowhere. */
  test?: true;
  /** Older than ten seconds: missed, and still news. */
  late?: true;
  /** History that is sent again: no news. */
  replayed?: true;
  v: number;
}

/** Why a command was refused: status is that of HTTP, fields name the facts that are missing. */
export interface LiveError {
  type: "error";
  status: number;
  message: string;
  fields?: Record<string, string>;
}

export interface FollowOptions {
  /** One fact or up to 200: UUIDs, or slugs such as "@ada/run". */
  facts: string | string[];
  /** Where the server is; the one that the script came from unless it is given. */
  server?: string;
  /** Only for pages that nobody else opens: whoever has it reads what it reads. */
  token?: string;
  /** The events that onEvent is called for; all unless they are given. */
  types?: string[];
  /** The cursor to go on after. */
  after?: string;
  /** The name under which localStorage keeps the cursor, so that a page that loads again misses nothing and repeats nothing. */
  keep?: string;
  /** Called with all facts at first, after each reset, and within three seconds of a change. reset says why events may be missing: "expired" or "foreign". */
  onState?(facts: FactState[], reset?: string): void;
  /** Called once for each event, in order. */
  onEvent?(event: LiveEvent): void;
  /** Called when a command was refused; it is tried again later. */
  onError?(error: LiveError): void;
  /** Called when the connection comes and goes. */
  onConnection?(there: boolean): void;
}

export interface Following {
  /** The place after the last event that was dealt with. */
  readonly cursor: string | undefined;
  /** Ends it for good. */
  close(): void;
}

/** Follows facts until it is closed. It comes back whatever breaks, and resumes where it was. */
export function follow(options: FollowOptions): Following;
