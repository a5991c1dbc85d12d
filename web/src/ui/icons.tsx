// Icons are symbols of one sprite, src/icons.svg, that comes with the page.
export type IconName =
  | "send"
  | "later"
  | "down"
  | "leave"
  | "swap"
  | "check"
  | "checks"
  | "search"
  | "plus"
  | "people"
  | "settings"
  | "back"
  | "close"
  | "more"
  | "reply"
  | "smile"
  | "edit"
  | "trash"
  | "copy"
  | "link"
  | "pin"
  | "globe"
  | "both"
  | "info"
  | "rough"
  | "pen"
  | "bell"
  | "book"
  | "forward"
  | "flag"
  | "shield"
  | "attach"
  | "file"
  | "mic"
  | "play"
  | "pause"
  | "eye"
  | "thread"
  | "key"
  | "plug";

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} aria-hidden="true">
      <use href={`#i-${name}`} />
    </svg>
  );
}

export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
      <path
        class="logo-back"
        d="M13 4h11a6 6 0 0 1 6 6v6a6 6 0 0 1-6 6v4l-5-4h-2a6 6 0 0 0 4-6v-2a8 8 0 0 0-8-8z"
      />
      <path
        class="logo-front"
        d="M8 8h6a6 6 0 0 1 6 6v4a6 6 0 0 1-6 6h-3l-5 5v-5.3A6 6 0 0 1 2 18v-4a6 6 0 0 1 6-6z"
      />
    </svg>
  );
}

interface IconButtonProps {
  icon: IconName;
  label: string;
  onClick: (event: MouseEvent) => void;
  class?: string;
  pressed?: boolean;
}

export function IconButton(props: IconButtonProps) {
  const { icon, label, onClick, class: more = "", pressed } = props;
  return (
    <button
      type="button"
      class={`icon-button ${more}`}
      aria-label={label}
      title={label}
      {...(pressed === undefined ? {} : { "aria-pressed": pressed })}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
