// The page's words in one of its languages, for tests that speak it.
import { build } from "esbuild";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const words = fileURLToPath(new URL("../src/words/", import.meta.url));

/** say(key): what the page calls it. */
export async function catalogue(language) {
  const { outputFiles } = await build({
    entryPoints: [join(words, `${language}.ts`)],
    format: "esm",
    write: false,
  });
  const code = Buffer.from(outputFiles[0].contents).toString("base64");
  const module = await import(`data:text/javascript;base64,${code}`);
  const all = module.WORDS ?? module.EN;
  return (key) => all[key];
}
