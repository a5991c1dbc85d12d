// Whether the pane at the side is open.  Where it stands beside the
// conversation it is, or is not, as last time; elsewhere it comes over it.
import { computed, signal } from "@preact/signals";
import { prefs, setPrefs } from "../prefs";
import { giveBack, remember } from "./focus";

const WIDE = matchMedia("(min-width: 70rem)");
const over = signal(false);

export const beside = signal(WIDE.matches);
WIDE.addEventListener("change", () => (beside.value = WIDE.matches));

export const panelOpen = computed(() =>
  beside.value ? prefs.value.panel : over.value,
);

export function openPanel(): void {
  if (panelOpen.peek() && beside.peek()) return closePanel();
  remember();
  if (beside.peek()) setPrefs({ panel: true });
  else over.value = true;
}

export function closePanel(): void {
  over.value = false;
  if (beside.peek()) setPrefs({ panel: false });
  giveBack();
}
