// What tabs and the shared worker say to each other about the live feed.

export type LiveEvent = { name: "observation" | "index" | "source"; data: Record<string, unknown> };
export type LiveState = "connected" | "connecting" | "lost";
export type FromTab = { kind: "topics"; topics: string[] } | { kind: "close" };
export type ToTab = { kind: "event"; event: LiveEvent } | { kind: "state"; state: LiveState };

export const EVENT_NAMES: LiveEvent["name"][] = ["observation", "index", "source"];
