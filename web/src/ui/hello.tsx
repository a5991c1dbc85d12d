import { useUi } from "./context";
import { hueOf } from "./format";

/** Some of the languages that the page speaks, each saying hello: their letters
 * are on every machine. */
const WORDS = [
  ["en", "Hello everyone!", "Grace"],
  ["fr", "Bonjour à tous !", "Chloé"],
  ["ar", "مرحبًا بالجميع", "سلمى"],
  ["es", "¡Hola a todos!", "Lucía"],
  ["de", "Hallo zusammen!", "Jonas"],
  ["pt", "Olá a todos!", "Tiago"],
] as const;
const WORDS_MAX = 5;

/** Mine comes by itself. */
function useWords() {
  const { locale } = useUi();
  return WORDS.filter(([code]) => !locale.startsWith(code)).slice(0, WORDS_MAX);
}

/** What a room sounds like: decoration, silent to screen readers. */
export function Hello() {
  const words = useWords();
  return (
    <div class="hello" aria-hidden="true">
      {words.map(([language, text, name]) => (
        <p key={language} class="hello-line">
          <span class="avatar" style={{ "--hue": hueOf(name) }}>
            {name.slice(0, 1)}
          </span>
          <span class="hello-bubble" lang={language} dir="auto">
            {text}
          </span>
        </p>
      ))}
      <Mine />
    </div>
  );
}

function Mine() {
  const { say } = useUi();
  return (
    <p class="hello-line hello-mine">
      <span class="hello-bubble">{say("hello")}</span>
    </p>
  );
}

/** The same greetings, small, where nothing has been said yet. */
export function Greetings() {
  const words = useWords();
  return (
    <div class="greetings" aria-hidden="true">
      {words.map(([language, text]) => (
        <span key={language} lang={language} dir="auto">
          {text}
        </span>
      ))}
    </div>
  );
}
