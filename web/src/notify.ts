// Tells who looks elsewhere that something was said: a number in the title, a
// sound, and a notification where the reader asked for them.
import { prefs } from "./prefs";

const SOUND_GAP_MS = 2_000;
const NOTES_HZ = [660, 880];
const NOTE_S = 0.11;
const LOUDNESS = 0.06;

let context: AudioContext | null = null;
let sounded = 0;

/** Two short notes, made and not loaded. */
function sound(): void {
  const now = Date.now();
  if (!prefs.peek().sound || now - sounded < SOUND_GAP_MS) return;
  sounded = now;
  try {
    context ??= new AudioContext();
    NOTES_HZ.forEach((hz, i) => play(context as AudioContext, hz, i * NOTE_S));
  } catch {
    // A browser without sound, or one that wants a click first.
  }
}

function play(audio: AudioContext, hz: number, after: number): void {
  const start = audio.currentTime + after;
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = hz;
  volume.gain.setValueAtTime(LOUDNESS, start);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + 2 * NOTE_S);
  tone.connect(volume).connect(audio.destination);
  tone.start(start);
  tone.stop(start + 2 * NOTE_S);
}

export function canNotify(): boolean {
  return typeof Notification !== "undefined" && isSecureContext;
}

/** Ask the browser's user; only ever after a click. */
export async function askToNotify(): Promise<boolean> {
  if (!canNotify()) return false;
  return (await Notification.requestPermission()) === "granted";
}

export interface News {
  title: string;
  text: string;
  /** The next of the same tag takes its place. */
  tag: string;
  onOpen: () => void;
}

export function tell({ title, text, tag, onOpen }: News): void {
  if (!document.hidden && document.hasFocus()) return;
  sound();
  if (!prefs.peek().notify || !canNotify()) return;
  if (Notification.permission !== "granted") return;
  try {
    const note = new Notification(title, { body: text, tag });
    note.onclick = () => {
      window.focus();
      note.close();
      onOpen();
    };
  } catch {
    // Android's Chrome wants a service worker for it: the number stays.
  }
}

export function titled(unread: number): void {
  document.title = unread > 0 ? `(${unread}) Meeshy` : "Meeshy";
  const badge = navigator as Navigator & {
    setAppBadge?: (n: number) => Promise<void>;
  };
  badge.setAppBadge?.(unread).catch(() => undefined);
}
