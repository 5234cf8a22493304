// One EventSource to /live that follows a changing set of topics. The browser itself sends Last-Event-ID when it reconnects;
// when the topics change, the last id is carried over in the address.
import { EVENT_NAMES, type LiveEvent, type LiveState } from "./live_messages";

export class LiveStream {
  private source: EventSource | undefined;
  private topics = "";
  private lastId = "";
  private retry: ReturnType<typeof setTimeout> | undefined;
  state: LiveState = "connecting";

  constructor(
    private readonly onEvent: (event: LiveEvent) => void,
    private readonly onState: (state: LiveState) => void,
  ) {}

  /** Follow exactly these topics; the same set again changes nothing. */
  follow(topics: Iterable<string>): void {
    const wanted = [...new Set(topics)].sort().join(",");
    if (wanted === this.topics) return;
    this.topics = wanted;
    this.connect();
  }

  close(): void {
    clearTimeout(this.retry);
    this.source?.close();
    this.source = undefined;
  }

  private connect(): void {
    this.close();
    if (!this.topics) return;
    const query = new URLSearchParams({ topics: this.topics });
    if (this.lastId) query.set("last_event_id", this.lastId);
    const source = new EventSource(`/live?${query}`);
    this.source = source;
    source.addEventListener("open", () => this.report("connected"));
    source.addEventListener("error", () => {
      this.report("lost");
      if (source.readyState === EventSource.CLOSED) this.retry = setTimeout(() => this.connect(), 5_000);
    });
    for (const name of EVENT_NAMES) {
      source.addEventListener(name, (message: MessageEvent<string>) => {
        if (message.lastEventId) this.lastId = message.lastEventId;
        this.onEvent({ name, data: JSON.parse(message.data) as Record<string, unknown> });
      });
    }
  }

  private report(state: LiveState): void {
    this.state = state;
    this.onState(state);
  }
}
