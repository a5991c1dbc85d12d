// Signing in by a provider that the server knows: the way there, and back.
import { signal } from "@preact/signals";
import { ApiError, call } from "../api";
import { BASE } from "../base";
import type { Chat } from "../chat";
import { go, route } from "../route";
import { asObject, asText, readSession, type Json } from "../wire";
import type { Key } from "../words";
import { useUi } from "./context";

/** What this tab keeps while the provider has it. */
const KEPT = `meeshy${BASE}.signing-in`;

const problem = signal<Key | "">("");
const busy = signal(false);

function keyOf(error: unknown): Key {
  if (!(error instanceof ApiError)) return "didNotWork";
  if (error.network) return "errNetwork";
  if (error.status === 429) return "errSlow";
  if (error.status === 503) return "signInAway";
  return error.status === 401 ? "signInRefused" : "signInNotYou";
}

async function attempt(work: () => Promise<void>): Promise<void> {
  problem.value = "";
  busy.value = true;
  try {
    await work();
  } catch (error) {
    problem.value = keyOf(error);
  }
  busy.value = false;
}

function leaveFor(language: string): Promise<void> {
  return attempt(async () => {
    const at = route.peek();
    const link = at.name === "join" ? at.token : "";
    const to = asObject(await call("POST", "/auth/oidc/begin"));
    const kept = { flow: asText(to["flow"]), link, language };
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
    location.assign(asText(to["url"]));
    await new Promise(() => {}); // until the page is gone
  });
}

/** Of a sign-in that was begun in this tab. */
function takeKept(): Json | null {
  try {
    const kept = sessionStorage.getItem(KEPT);
    sessionStorage.removeItem(KEPT);
    return kept === null ? null : asObject(JSON.parse(kept));
  } catch {
    return null;
  }
}

/** Back from the provider, whose answer the address forgets at once. */
export function arrive(chat: Chat): Promise<void> {
  const said = new URLSearchParams(location.search);
  const kept = takeKept();
  if (!kept) {
    go({ name: "home" }, true);
    return chat.resume();
  }
  const link = asText(kept["link"]);
  go(link ? { name: "join", token: link } : { name: "home" }, true);
  if (!said.get("code")) {
    problem.value = "signInRefused";
    return Promise.resolve();
  }
  return attempt(async () => {
    const answer = await call("POST", "/auth/oidc", "", {
      flow: asText(kept["flow"]),
      state: said.get("state") ?? "",
      code: said.get("code"),
      language: asText(kept["language"]),
      ...(link ? { link } : {}),
    });
    chat.enter(readSession(answer));
  });
}

export function SignInBy({ name }: { name: string }) {
  const { chat, say } = useUi();
  return (
    <>
      <button
        class="plain wide sign-in-by"
        type="button"
        disabled={busy.value}
        onClick={() => void leaveFor(chat.reading.peek())}
      >
        {busy.value ? say("waitEnter") : say("signInBy", { name })}
      </button>
      <p class="problem" role="alert">
        {problem.value && say(problem.value, { name })}
      </p>
    </>
  );
}
