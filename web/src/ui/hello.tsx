import { useUi } from "./context";
import { hueOf } from "./format";

/** The commonest languages of the world, each saying hello. */
const WORDS = [
  ["en", "Hello everyone!", "Grace"],
  ["zh", "大家好！", "伟"],
  ["hi", "सभी को नमस्ते!", "आशा"],
  ["es", "¡Hola a todos!", "Lucía"],
  ["ar", "مرحبًا بالجميع", "سلمى"],
] as const;

/** What a room sounds like: decoration, silent to screen readers. */
export function Hello() {
  return (
    <div class="hello" aria-hidden="true">
      {WORDS.map(([language, words, name]) => (
        <p key={language} class="hello-line">
          <span class="avatar" style={{ "--hue": hueOf(name) }}>
            {name.slice(0, 1)}
          </span>
          <span class="hello-bubble" lang={language} dir="auto">
            {words}
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
  return (
    <div class="greetings" aria-hidden="true">
      {WORDS.map(([language, words]) => (
        <span key={language} lang={language} dir="auto">
          {words}
        </span>
      ))}
    </div>
  );
}
