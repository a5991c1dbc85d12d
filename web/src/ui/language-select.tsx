import type { Language } from "../types";

interface Props {
  label: string;
  value: string;
  languages: Language[];
  onChange: (code: string) => void;
  /** The label is for screen readers only. */
  quiet?: boolean;
}

export function LanguageSelect(props: Props) {
  const { label, value, languages, onChange, quiet } = props;
  const known = languages.some((language) => language.code === value);
  return (
    <label class="select">
      <span class={quiet ? "hidden" : "select-label"}>{label}</span>
      <select
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {!known && <option value={value}>{value}</option>}
        {languages.map(({ code, nativeName }) => (
          <option key={code} value={code} lang={code}>
            {nativeName}
          </option>
        ))}
      </select>
    </label>
  );
}
