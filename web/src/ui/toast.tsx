// A word about what was just done, for a moment.
import { signal } from "@preact/signals";

const SHOWN_MS = 3_000;

const words = signal("");
let timer = 0;

export function toast(text: string): void {
  words.value = text;
  clearTimeout(timer);
  timer = window.setTimeout(() => (words.value = ""), SHOWN_MS);
}

export function Toast() {
  return (
    <p class="toast" role="status">
      {words.value}
    </p>
  );
}
