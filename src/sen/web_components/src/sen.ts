// The console's script on every page: htmx, theme, keys, popovers, live values, tables and charts. The map is a file of its own.
import htmx from "htmx.org";

import { startAges } from "./age";
import { startClocks } from "./alerts/clocks";
import { defineAlerts } from "./alerts/console";
import { defineAlert } from "./alerts/single";
import { defineSound } from "./alerts/sound";
import { defineChart } from "./chart/element";
import { startChecks } from "./checks";
import { defineDashboard } from "./dashboard/board";
import { startDialogs } from "./dialogs";
import { startForms } from "./forms";
import { startKeyboard } from "./keyboard";
import { listen, startLive } from "./live";
import { startPopovers } from "./popover";
import { startRefused } from "./refused";
import { defineRows } from "./rows";
import { startSearch } from "./search";
import { defineTable } from "./table";
import { startTheme } from "./theme";
import { startToasts, toast } from "./toast";
import { defineOrder } from "./tv/order";
import { startSending } from "./tv/send";
import { defineStage } from "./tv/stage";

declare global {
  interface Window {
    sen: { listen: typeof listen; toast: typeof toast };
  }
}

window.sen = { listen, toast };
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;

startTheme();
startAges();
startClocks();
startPopovers();
startDialogs();
startForms();
startRefused();
startChecks();
startKeyboard();
startSearch();
startToasts((address) => void htmx.ajax("post", address, { target: "body", swap: "none" }));
defineTable();
defineStage();
defineOrder();
startSending();
defineRows();
defineChart();
defineDashboard();
startLive();
defineAlerts();
defineAlert();
defineSound();
document.addEventListener("htmx:beforeSwap", (event) => {
  // A refused form comes back with its messages and status 422; it is shown like an accepted one.
  const { detail } = event as CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean; isError: boolean }>;
  if (detail.xhr.status === 422) Object.assign(detail, { shouldSwap: true, isError: false });
});
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail;
  let words = "";
  try {
    words = (JSON.parse(xhr.responseText) as { detail?: string }).detail ?? "";
  } catch {
    words = "";
  }
  toast(words || document.body.dataset["failed"] || String(xhr.status));
});
document.documentElement.dataset["ready"] = "";
