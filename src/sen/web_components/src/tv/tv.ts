// The script of a display: the wall itself, and the pages around it (pairing, waiting, an address that is no longer in use).
import { startAges } from "../age";
import { defineChart } from "../chart/element";
import { defineStage, type Stage } from "./stage";
import type { State } from "./state";
import { Wall } from "./wall";

const MY_ADDRESS = "sen.tv.address";

/** The service worker keeps a page that waits, for the day on which the power comes back here before it does at the centre. */
function guard(address: string): void {
  if (!address || !("serviceWorker" in navigator)) return; // needs HTTPS, or the centre on this very machine
  void navigator.serviceWorker.register(address, { scope: "/tv/" }).catch(() => undefined);
}

function start(): void {
  defineStage();
  defineChart();
  startAges();
  if (document.querySelector("[data-tv-unknown]")) {
    localStorage.removeItem(MY_ADDRESS);
  } else if (document.querySelector("[data-tv-pairing]")) {
    // A display that starts at /tv/ and was paired before goes on by itself.
    const known = localStorage.getItem(MY_ADDRESS);
    if (known && !location.search.includes("new")) location.replace(known);
  }
  const stage = document.querySelector<Stage>("sen-stage[data-tv]");
  const given = document.getElementById("tv-state")?.textContent;
  if (stage && given) {
    const state = JSON.parse(given) as State;
    stage.dataset["build"] = state.build;
    new Wall(stage, state).start();
    guard(stage.dataset["worker"] ?? "");
    stage.dataset["ready"] = "";
  }
  document.documentElement.dataset["ready"] = "";
}

start();
