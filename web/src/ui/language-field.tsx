// A field whose value is a language.  The list that it opens comes when it is
// wanted.
import type { Language } from "../types";
import { loadAllWords } from "../words";
import { useUi } from "./context";
import { languageName } from "./format";
import { Icon } from "./icons";

export interface PickerProps {
  label: string;
  value: string;
  /** For reading, where not all are equally good. */
  reading?: boolean;
  /** A choice above the languages. */
  first?: { code: string; words: string; hint: string };
  /** Other languages than the gateway's. */
  only?: readonly Language[];
  onChange: (code: string) => void;
}

const open = (props: PickerProps) =>
  void Promise.all([import("./picker"), loadAllWords()]).then(
    ([m]) => m.pickLanguage(props),
    () => undefined,
  );

interface FieldProps extends PickerProps {
  class?: string;
  /** Shown as it is, without the name of the field. */
  bare?: boolean;
}

export function LanguageField({
  class: name = "",
  bare,
  ...props
}: FieldProps) {
  const { chat } = useUi();
  const { label, value, first, only } = props;
  const known = (only ?? chat.languages.value).find((l) => l.code === value);
  const shown =
    value === first?.code
      ? first.words
      : (known?.nativeName ?? languageName(value, value));
  return (
    <div class={`language-field ${name}`}>
      {!bare && <span class="field-label">{label}</span>}
      <button
        type="button"
        class="language-button"
        aria-haspopup="dialog"
        aria-label={`${label}: ${shown}`}
        data-value={value}
        onClick={() => open(props)}
      >
        <bdi>{shown}</bdi>
        <Icon name="down" />
      </button>
    </div>
  );
}
