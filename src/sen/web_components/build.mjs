// Bundles the islands, the styles and the worker files into built/. Names are stable here; the static files storage of the
// web process adds the content hashes.
import { build } from "esbuild";
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { makeBasemap } from "./scripts/basemap.mjs";

const out = "built";
const shared = { bundle: true, minify: true, sourcemap: false, target: ["chrome109", "firefox115", "safari16"], logLevel: "warning", legalComments: "eof" };

rmSync(out, { recursive: true, force: true });
mkdirSync(`${out}/sen`, { recursive: true });
await Promise.all([
  build({ ...shared, entryPoints: ["src/sen.ts"], outfile: `${out}/sen/sen.js`, format: "iife" }),
  build({ ...shared, entryPoints: ["src/first_paint.ts"], outfile: `${out}/sen/first_paint.js`, format: "iife" }),
  build({ ...shared, entryPoints: ["src/map/map.ts"], outfile: `${out}/sen/map.js`, format: "esm" }),
  build({ ...shared, entryPoints: ["src/emergency/area.ts"], outfile: `${out}/sen/area.js`, format: "esm" }),
  build({ ...shared, entryPoints: ["src/live_worker.ts"], outfile: `${out}/sen/live_worker.js`, format: "iife" }),
  build({ ...shared, entryPoints: ["src/tv/tv.ts"], outfile: `${out}/sen/tv.js`, format: "iife" }),
  build({ ...shared, entryPoints: ["src/tv/worker.ts"], outfile: `${out}/sen/tv_worker.js`, format: "iife" }),
  build({ ...shared, entryPoints: ["css/sen.css"], outfile: `${out}/sen/sen.css`, loader: { ".woff2": "file" }, assetNames: "fonts/[name]" }),
  build({ ...shared, entryPoints: ["src/dashboard/editor.ts"], outfile: `${out}/sen/dashboard_editor.js`, format: "iife" }),
  build({ ...shared, entryPoints: ["css/dashboard_editor.css"], outfile: `${out}/sen/dashboard_editor.css` }),
  build({ ...shared, entryPoints: ["src/incidents/room.ts"], outfile: `${out}/sen/incidents.js`, format: "iife" }),
  build({ ...shared, entryPoints: ["src/incidents/place_map.ts"], outfile: `${out}/sen/place_map.js`, format: "esm" }),
  build({ ...shared, entryPoints: ["src/tasks/tasks.ts"], outfile: `${out}/sen/tasks.js`, format: "iife" }),
  build({ ...shared, entryPoints: ["src/incidents/editor.ts"], outfile: `${out}/sen/procedure_editor.js`, format: "iife" }),
  build({ ...shared, entryPoints: ["src/sheets/sheet.ts"], outfile: `${out}/sen/sheet.js`, format: "iife" }),
  build({ ...shared, entryPoints: ["src/meetings/room.ts"], outfile: `${out}/sen/meeting_room.js`, format: "iife" }),
  build({ ...shared, entryPoints: ["css/map_base.css"], outfile: `${out}/sen/map.css` }),
]);
// MapLibre starts its worker from a file of its own; the page hands over the address with its content hash.
copyFileSync("node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs", `${out}/sen/map_worker.mjs`);
makeBasemap(`${out}/sen/basemap`);
// Documents need whole fonts: the browser's subsets print wrong Vietnamese.
mkdirSync(`${out}/report_fonts`);
copyFileSync("node_modules/@expo-google-fonts/inter/LICENSE_FONT", `${out}/report_fonts/LICENSE`);
for (const face of ["400Regular", "400Regular_Italic", "600SemiBold", "700Bold"])
  copyFileSync(`node_modules/@expo-google-fonts/inter/${face}/Inter_${face}.ttf`, `${out}/report_fonts/Inter_${face}.ttf`);
