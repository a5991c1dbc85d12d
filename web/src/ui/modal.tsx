// A dialog: the browser's own, which keeps the focus inside, closes with
// Escape and gives the focus back.
import { signal } from "@preact/signals";
import { Fragment, type ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { speech } from "../words";
import { whenDressed } from "./dress";
import { IconButton } from "./icons";

interface Shown {
  key: number;
  content: () => ComponentChildren;
}

/** What is open; one at a time. */
const dialog = signal<Shown | null>(null);
let opened = 0;

export function openDialog(content: () => ComponentChildren): void {
  closeDialog();
  const shown = { key: ++opened, content };
  whenDressed(() => shown.key === opened && (dialog.value = shown));
}

/** Closes it the way that gives the focus back. */
export function closeDialog(): void {
  document.querySelector<HTMLDialogElement>("dialog[open]")?.close();
}

function closed(key: number | undefined): void {
  if (dialog.peek()?.key === key) dialog.value = null;
}

export function DialogHost() {
  const shown = dialog.value;
  return shown ? <Fragment key={shown.key}>{shown.content()}</Fragment> : null;
}

interface Props {
  title: string;
  class?: string;
  /** The title is for screen readers only. */
  bare?: boolean;
  children: ComponentChildren;
}

export function Modal({ title, class: name = "", bare, children }: Props) {
  const { say } = speech.value;
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  // The event of closing comes late, when the next may be open already.
  const key = useRef(dialog.peek()?.key);
  // Modal before anybody can see it and press Escape.
  useLayoutEffect(() => {
    const shown = box.current;
    if (shown && !shown.open) shown.showModal();
  }, []);
  return (
    <dialog
      ref={box}
      class={`modal ${name}`}
      aria-labelledby={id}
      onClose={() => closed(key.current)}
      onClick={(event) => event.target === box.current && box.current?.close()}
    >
      <div class="modal-in">
        <header class={bare ? "hidden" : "modal-head"}>
          <h2 id={id}>{title}</h2>
          {!bare && (
            <IconButton
              icon="close"
              label={say("close")}
              onClick={() => box.current?.close()}
            />
          )}
        </header>
        {children}
      </div>
    </dialog>
  );
}
