function Icon({ d }: { d: string }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={d} />
    </svg>
  );
}

export const SendIcon = () => <Icon d="M5 12h13M12 5l7 7-7 7" />;
export const LaterIcon = () => (
  <Icon d="M12 7v5l3 2M21 12a9 9 0 1 1-18 0a9 9 0 0 1 18 0" />
);
export const DownIcon = () => <Icon d="M12 5v14M5 12l7 7 7-7" />;
export const LeaveIcon = () => <Icon d="M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9" />;
export const SwapIcon = () => <Icon d="M4 9h14l-4-4M20 15H6l4 4" />;
export const CheckIcon = () => <Icon d="M5 13l4 4L19 7" />;

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
