// The shared worker: all tabs of a browser share one connection to /live.
import type { FromTab, ToTab } from "./live_messages";
import { LiveStream } from "./live_stream";

const tabs = new Map<MessagePort, string[]>();
const tell = (message: ToTab): void => tabs.forEach((_, port) => port.postMessage(message));
const stream = new LiveStream(
  (event) => tell({ kind: "event", event }),
  (state) => tell({ kind: "state", state }),
);

const worker = self as unknown as { onconnect: (event: MessageEvent) => void };
worker.onconnect = (event) => {
  const port = event.ports[0];
  if (!port) return;
  tabs.set(port, []);
  port.postMessage({ kind: "state", state: stream.state } satisfies ToTab);
  port.onmessage = ({ data }: MessageEvent<FromTab>) => {
    if (data.kind === "close") tabs.delete(port);
    else tabs.set(port, data.topics);
    stream.follow([...tabs.values()].flat(), data.kind === "topics" ? data.since : 0);
    if (tabs.size === 0) stream.close();
  };
};
