// One EventSource to /live that follows a changing set of topics. The browser itself sends Last-Event-ID when it reconnects;
// when the topics change, the last id is carried over in the address. A page that joins was drawn at some point of the feed: what came
// between that and the connection is given again, to all tabs; each of them knows what it has.
import { EVENT_NAMES, type LiveEvent, type LiveState } from "./live_messages";

export class LiveStream {
  private source: EventSource | undefined;
  private topics = "";
  private lastId = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  state: LiveState = "connecting";

  constructor(
    private readonly onEvent: (event: LiveEvent) => void,
    private readonly onState: (state: LiveState) => void,
  ) {}

  /** Follow exactly these topics from `since` on (0: from now on); a set that is followed already and missed nothing changes nothing. */
  follow(topics: Iterable<string>, since = 0): void {
    const wanted = [...new Set(topics)].sort().join(",");
    const missed = since > 0 && (this.lastId === 0 || since < this.lastId);
    if (wanted === this.topics && !missed) return;
    if (missed) this.lastId = since;
    this.topics = wanted;
    this.connect();
  }

  close(): void {
    this.drop();
    this.topics = "";
  }

  private drop(): void {
    clearTimeout(this.retry);
    this.source?.close();
    this.source = undefined;
  }

  private connect(): void {
    this.drop();
    if (!this.topics) return;
    const query = new URLSearchParams({ topics: this.topics });
    if (this.lastId) query.set("last_event_id", String(this.lastId));
    const source = new EventSource(`/live?${query}`);
    this.source = source;
    source.addEventListener("open", () => this.report("connected"));
    source.addEventListener("error", () => {
      this.report("lost");
      if (source.readyState === EventSource.CLOSED) this.retry = setTimeout(() => this.connect(), 5_000);
    });
    for (const name of EVENT_NAMES) {
      source.addEventListener(name, (message: MessageEvent<string>) => {
        if (message.lastEventId) this.lastId = Number(message.lastEventId);
        this.onEvent({ name, data: JSON.parse(message.data) as Record<string, unknown> });
      });
    }
  }

  private report(state: LiveState): void {
    this.state = state;
    this.onState(state);
  }
}
