// <sen-alert>: the page of one alert, which is also what a phone shows. Its head stays new and its buttons act on this alert.
import { listen } from "../live";
import { Actions, post } from "./actions";
import { Detail, shownTarget } from "./detail";
import type { Summary } from "./data";

const SEEN_MS = 1_000;

class SenAlert extends HTMLElement {
  private stop: (() => void) | undefined;
  private actions: Actions | undefined;

  connectedCallback(): void {
    const pane = this.querySelector<HTMLElement>("[data-part=detail]");
    if (!pane) return;
    const detail = new Detail(pane);
    this.actions = new Actions(this, { targets: () => shownTarget(this), took: () => detail.refresh() });
    this.stop = listen(["alerts"], ({ name, data }) => {
      const mine = name === "alert" && (data["alert"] as Summary).number === detail.shown;
      if (mine || name === "reset") detail.refresh();
    });
    setTimeout(() => {
      const [target] = shownTarget(this);
      if (target && this.isConnected) void post(this.dataset["look"] ?? "", new URLSearchParams({ item: `${target.id}:${target.revision}` })).catch(() => undefined);
    }, SEEN_MS);
    this.dataset["ready"] = "";
  }

  disconnectedCallback(): void {
    this.stop?.();
    this.actions?.stop();
  }
}

export const defineAlert = (): void => customElements.define("sen-alert", SenAlert);
