// Choosing a language: a list that can be searched by any name a language
// has, in its own words or in those of the page's other readers.
import { useId, useMemo, useRef, useState } from "preact/hooks";
import { sameLanguage } from "../store/view";
import type { Language } from "../types";
import { UI_LANGUAGES } from "../words";
import { useUi } from "./context";
import { fold, languageName } from "./format";
import { Icon } from "./icons";
import type { PickerProps } from "./language-field";
import { closeDialog, Modal, openDialog } from "./modal";

export interface Choice {
  code: string;
  native: string;
  name: string;
  hint: string;
  /** Everything it is found by, folded. */
  found: string;
  suggested: boolean;
}

/** As they are offered to who has these languages in the browser. */
export function choicesOf(
  languages: readonly Language[],
  locale: string,
  browser: readonly string[],
  unread: string,
): Choice[] {
  const order = new Intl.Collator(locale).compare;
  const able = languages.some(({ quality }) => Object.keys(quality).length > 0);
  return languages
    .map(({ code, name, nativeName }) => {
      const shown = languageName(code, locale);
      const names = UI_LANGUAGES.map((ui) => languageName(code, ui));
      const read = languages.some(({ quality }) => quality[code]);
      return {
        code,
        native: nativeName,
        name: shown,
        hint: able && !read ? unread : "",
        found: fold([code, name, nativeName, shown, ...names].join("\n")),
        suggested: browser.some((wish) => sameLanguage(wish, code)),
      };
    })
    .sort((a, b) => order(a.name, b.name));
}

export function matching(choices: Choice[], wanted: string): Choice[] {
  const words = fold(wanted).trim();
  if (!words) return choices;
  const starts = (c: Choice) =>
    c.found.split("\n").some((name) => name.startsWith(words));
  const found = choices.filter((c) => c.found.includes(words));
  return [...found.filter(starts), ...found.filter((c) => !starts(c))];
}

function Picker(props: PickerProps) {
  const { label, value, reading, first, only, onChange } = props;
  const { chat, say, locale } = useUi();
  const [wanted, setWanted] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  const languages = only ?? chat.languages.value;
  const choices = useMemo(
    () =>
      choicesOf(
        languages,
        locale,
        navigator.languages,
        reading ? say("asWritten") : "",
      ),
    [languages, locale],
  );
  const found = matching(choices, wanted);
  const near = wanted ? [] : found.filter((c) => c.suggested);
  const rest = wanted ? found : found.filter((c) => !c.suggested);
  const top: Choice[] =
    first && !wanted
      ? [
          {
            ...first,
            native: first.words,
            name: "",
            found: "",
            suggested: true,
          },
        ]
      : [];
  const all = [...top, ...near, ...rest];

  const choose = (choice: Choice | undefined) => {
    if (!choice) return;
    closeDialog();
    if (choice.code !== value) onChange(choice.code);
  };
  const move = (to: number) => {
    const next = Math.max(0, Math.min(all.length - 1, to));
    setAt(next);
    list.current
      ?.querySelectorAll("[role=option]")
      [next]?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const by = step[event.key as keyof typeof step];
    if (by) move(at + by);
    else if (event.key === "Enter") choose(all[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal title={label} class="picker">
      <div class="search-field">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-expanded={true}
          aria-controls={id}
          aria-activedescendant={all[at] ? `${id}-${at}` : ""}
          aria-label={say("searchLanguage")}
          placeholder={say("searchLanguage")}
          autocomplete="off"
          autofocus
          value={wanted}
          onInput={(event) => {
            setWanted(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <ul class="options" role="listbox" id={id} aria-label={label} ref={list}>
        {all.map((choice, i) => (
          <li
            key={choice.code}
            id={`${id}-${i}`}
            role="option"
            aria-selected={choice.code === value}
            class={`option ${i === at ? "at" : ""} ${
              i === top.length + near.length - 1 && rest.length ? "edge" : ""
            }`}
            data-code={choice.code}
            onClick={() => choose(choice)}
          >
            <span class="option-name" lang={choice.code} dir="auto">
              {choice.native}
            </span>
            {fold(choice.name) !== fold(choice.native) && (
              <span class="option-other">{choice.name}</span>
            )}
            {choice.hint && <span class="option-hint">{choice.hint}</span>}
            {choice.code === value && <Icon name="check" />}
          </li>
        ))}
      </ul>
      {all.length === 0 && <p class="none-found">{say("noLanguage")}</p>}
    </Modal>
  );
}

export function pickLanguage(props: PickerProps): void {
  openDialog(() => <Picker {...props} />);
}
