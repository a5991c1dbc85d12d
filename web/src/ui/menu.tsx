// A menu: at the pointer on a desk, a sheet from below on a phone.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "./icons";
import { closeDialog, Modal, openDialog } from "./modal";

export interface Action {
  words: string;
  icon: IconName;
  run: () => void;
  bad?: boolean;
}

interface MenuProps {
  title: string;
  actions: Action[];
  /** Where the pointer is; without one in the middle. */
  at: number[] | null;
  /** Above the actions. */
  children?: ComponentChildren;
}

const EDGE_PX = 8;

export function openMenu(props: MenuProps): void {
  openDialog(() => <Menu {...props} />);
}

/** Where a click was; one by the keyboard was nowhere. */
export function placeOf(event?: MouseEvent): number[] | null {
  return event && event.clientX > 0 ? [event.clientX, event.clientY] : null;
}

function Menu({ title, actions, at, children }: MenuProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const menu = list.current;
    const box = menu?.closest("dialog");
    if (box && at) place(box, at);
    menu?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const items = [
      ...(list.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? []),
    ];
    const now = items.indexOf(document.activeElement as HTMLElement);
    items[(now + step + items.length) % items.length]?.focus();
  };
  return (
    <Modal title={title} bare class={`menu ${at ? "placed" : ""}`}>
      {children}
      <div role="menu" ref={list} onKeyDown={onKeyDown} aria-label={title}>
        {actions.map(({ words, icon, run, bad }) => (
          <button
            key={words}
            type="button"
            role="menuitem"
            class={`menu-item ${bad ? "bad" : ""}`}
            onClick={() => {
              closeDialog();
              run();
            }}
          >
            <Icon name={icon} />
            {words}
          </button>
        ))}
      </div>
    </Modal>
  );
}

/** Near the pointer, inside the window. */
function place(box: HTMLDialogElement, [x = 0, y = 0]: number[]): void {
  if (innerWidth < 704) return;
  const { offsetWidth: w, offsetHeight: h } = box;
  box.style.left = `${Math.max(EDGE_PX, Math.min(x, innerWidth - w - EDGE_PX))}px`;
  box.style.top = `${Math.max(EDGE_PX, Math.min(y, innerHeight - h - EDGE_PX))}px`;
}
