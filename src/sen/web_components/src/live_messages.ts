// What tabs and the shared worker say to each other about the live feed.

export type LiveName = "observation" | "index" | "source" | "alert" | "incident" | "task" | "sheet" | "meeting" | "notification" | "reset";
/** `reset` says that more was missed than the feed can give again: what shows a list reads it anew. */
export type LiveEvent = { name: LiveName; data: Record<string, unknown> };
export type LiveState = "connected" | "connecting" | "lost";
/** `since`: how far the feed was when the tab's page was drawn. */
export type FromTab = { kind: "topics"; topics: string[]; since: number } | { kind: "close" };
export type ToTab = { kind: "event"; event: LiveEvent } | { kind: "state"; state: LiveState };

export const EVENT_NAMES: LiveName[] = ["observation", "index", "source", "alert", "incident", "task", "sheet", "meeting", "notification", "reset"];
/** Events that only those hear who follow their topic; all others go by asset and unit. */
export const TOPIC_OF: Partial<Record<LiveName, string>> = { alert: "alerts", incident: "incidents", task: "tasks", sheet: "sheets", meeting: "meetings", notification: "notifications" };
