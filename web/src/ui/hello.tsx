import { useUi } from "./context";
import { hueOf } from "./format";

const WORDS = [
  ["fr", "Bonjour à tous !"],
  ["es", "¡Hola a todos!"],
  ["ar", "مرحبًا بالجميع"],
  ["ca", "Bon dia a tothom!"],
  ["pt", "Olá, pessoal!"],
] as const;

/** What the room sounds like, and what one reads: decoration, silent to screen
 * readers. */
export function Hello({ language }: { language: string }) {
  const { say } = useUi();
  return (
    <div class="hello" aria-hidden="true">
      {WORDS.filter(([code]) => code !== language).map(([language, words]) => (
        <p
          key={language}
          class="hello-bubble"
          style={{ "--hue": hueOf(language) }}
          lang={language}
          dir="auto"
        >
          {words}
          <span class="tag">{language.toUpperCase()}</span>
        </p>
      ))}
      <p class="hello-bubble hello-mine">{say("hello")}</p>
    </div>
  );
}
