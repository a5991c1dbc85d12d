// Where the focus goes back to when a pane is shut.
let opener: Element | null = null;

export function remember(): void {
  opener = document.activeElement;
}

/** To what opened the pane, or to where one writes. */
export function giveBack(): void {
  const back = opener?.isConnected && opener !== document.body ? opener : null;
  const to = back ?? document.querySelector(".talk textarea");
  (to as HTMLElement | null)?.focus();
  opener = null;
}
