// The sound of the highest level, and of no other: two short tones, made by the browser itself, in one tab of it only, until the
// alert is acknowledged or the person mutes the rest of the shift (which the server logs).
const EVERY_MS = 12_000;
const LOCK = "sen.alert-sound";

let sounds: AudioContext | undefined;
let timer: ReturnType<typeof setInterval> | undefined;
let holding = false;

function tone(at: number, pitch: number): void {
  if (!sounds) return;
  const source = sounds.createOscillator();
  const level = sounds.createGain();
  source.frequency.value = pitch;
  level.gain.setValueAtTime(0, at);
  level.gain.linearRampToValueAtTime(0.25, at + 0.02);
  level.gain.linearRampToValueAtTime(0, at + 0.28);
  source.connect(level).connect(sounds.destination);
  source.start(at);
  source.stop(at + 0.3);
}

/** One warning; says whether the browser lets the page sound (it does after the first click or key on it). */
function ring(): boolean {
  sounds ??= new AudioContext();
  if (sounds.state === "suspended") void sounds.resume();
  document.documentElement.dataset["alertSound"] = sounds.state;
  if (sounds.state !== "running") return false;
  for (const [delay, pitch] of [[0, 880], [0.35, 660], [0.8, 880], [1.15, 660]] as const) tone(sounds.currentTime + delay, pitch);
  return true;
}

/** One tab of the browser sounds; the others wait until it goes away. */
function hold(): void {
  if (holding || !navigator.locks) return void (holding = true);
  void navigator.locks.request(LOCK, () => {
    holding = true;
    return new Promise<never>(() => undefined);
  });
}

/** Sound while `wanted`; called anew whenever the counts change. */
export function sound(wanted: boolean): void {
  hold();
  if (!wanted) {
    clearInterval(timer);
    timer = undefined;
    return;
  }
  if (timer) return;
  const turn = (): void => void (holding && ring());
  turn();
  timer = setInterval(turn, EVERY_MS);
}

/** `<sen-sound data-wanted>` comes with the top bar, whose every renewal says whether it is still wanted. */
class SenSound extends HTMLElement {
  connectedCallback(): void {
    sound(this.dataset["wanted"] !== undefined);
  }
}

export const defineSound = (): void => customElements.define("sen-sound", SenSound);
