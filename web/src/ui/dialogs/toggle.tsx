interface ToggleProps {
  words: string;
  hint?: string;
  on: boolean;
  onChange: (on: boolean) => void;
}

export function Toggle({ words, hint, on, onChange }: ToggleProps) {
  return (
    <label class="toggle">
      <span>
        {words}
        {hint && <small>{hint}</small>}
      </span>
      <input
        type="checkbox"
        role="switch"
        checked={on}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </label>
  );
}
