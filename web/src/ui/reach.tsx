import { sameLanguage } from "../store/view";
import type { Language } from "../types";
import { UI_LANGUAGES } from "../words";
import { useUi } from "./context";
import { languageName, listOf, startOfList } from "./format";

/** So many names are read at a glance. */
const NAMES_MAX = 6;

interface Props {
  /** The language that is chosen for reading. */
  reading: string;
  languages: readonly Language[];
  /** The browser's first. */
  wished: string;
}

/** What there is for who reads in this language, before they choose it. */
export function Reach({ reading, languages, wished }: Props) {
  const { say, locale } = useUi();
  if (!languages.some(({ quality }) => Object.keys(quality).length > 0))
    return null; // no translator says what it can
  const from = languages
    .filter(({ quality }) => quality[reading])
    .sort(
      (a, b) =>
        Number(isCommon(b)) - Number(isCommon(a)) ||
        rank(b, reading) - rank(a, reading),
    )
    .map(({ code }) => languageName(code, locale));
  const missing =
    wished !== "" && !languages.some(({ code }) => sameLanguage(code, wished));

  return (
    <p class="reach">
      {missing && (
        <span>
          {say("notOffered", { language: languageName(wished, locale) })}{" "}
        </span>
      )}
      {from.length === 0
        ? say("reachNothing")
        : from.length > NAMES_MAX
          ? say("reachMany", {
              languages: startOfList(from.slice(0, NAMES_MAX), locale),
              n: from.length - NAMES_MAX,
            })
          : say("reach", { languages: listOf(from, locale) })}
    </p>
  );
}

/** Named first: who comes here rather asks for French than for Aragonese. */
const isCommon = ({ code }: Language) =>
  UI_LANGUAGES.some((one) => sameLanguage(one, code));

function rank(language: Language, reading: string): number {
  return ["basic", "fair", "good"].indexOf(language.quality[reading] ?? "");
}
