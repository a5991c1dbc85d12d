// The words of a message.  Links become links; everything else is text by
// construction.
import { plainText } from "./format";

const LINK =
  /(?:https?:\/\/|www\.)[^\s<>"']+[^\s<>"'.,;:!?)\]]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;

interface Props {
  text: string;
  language: string;
  class?: string;
}

function addressOf(found: string): string {
  if (found.startsWith("http")) return found;
  return found.startsWith("www.") ? `https://${found}` : `mailto:${found}`;
}

const EMOJI_ONLY = /^(?:\p{Extended_Pictographic}|\p{Emoji_Component}|\s)+$/u;
const DIGITS = /[\d#*]/;
const EMOJI_MAX = 12;

/** A few emoji and nothing else are shown large. */
export function isEmoji(text: string): boolean {
  return (
    text.length <= EMOJI_MAX && EMOJI_ONLY.test(text) && !DIGITS.test(text)
  );
}

export function Text({ text, language, class: name = "text" }: Props) {
  const shown = plainText(text);
  const parts = [];
  let end = 0;
  for (const match of shown.matchAll(LINK)) {
    parts.push(shown.slice(end, match.index));
    const found = match[0];
    parts.push(
      <a
        key={match.index}
        href={addressOf(found)}
        target="_blank"
        rel="noopener noreferrer nofollow"
      >
        {found}
      </a>,
    );
    end = match.index + found.length;
  }
  parts.push(shown.slice(end));
  return (
    <p
      class={name}
      {...(language === "auto" ? {} : { lang: language })}
      dir="auto"
    >
      {parts}
    </p>
  );
}
