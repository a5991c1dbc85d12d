// The page's words in one of its languages, for tests that speak it.
import { build } from "esbuild";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const words = fileURLToPath(new URL("../src/words/", import.meta.url));

async function wordsOf(path) {
  const { outputFiles } = await build({
    entryPoints: [join(words, path)],
    format: "esm",
    write: false,
  });
  const code = Buffer.from(outputFiles[0].contents).toString("base64");
  const module = await import(`data:text/javascript;base64,${code}`);
  return Object.values(module)[0];
}

/** say(key): what the page calls it. */
export async function catalogue(language) {
  const all = {
    ...(await wordsOf(`${language}.ts`)),
    ...(await wordsOf(`more/${language}.ts`)),
  };
  return (key) => all[key];
}
