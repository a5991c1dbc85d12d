import { useEffect, useState } from "preact/hooks";
import * as api from "../api";
import { ApiError } from "../api";
import { saveName, savedName } from "../saved";
import { PUBLIC_ROOM } from "../chat";
import { route, toRoom } from "../route";
import type { Session } from "../types";
import type { Key, Say } from "../words";
import { useUi } from "./context";
import { plainName } from "./format";
import { Hello } from "./hello";
import { Logo } from "./icons";
import { LanguageField } from "./language-field";
import { lazy } from "./lazy";
import { Reach } from "./reach";

const NAME_MAX = 40;

/** Few servers have it. */
const Beside = lazy(
  () => import("./beside").then((m) => m.load()),
  () => undefined,
);

type Way = "guest" | "login" | "register";

function enter(way: Way, who: api.Credentials, link: string): Promise<Session> {
  switch (way) {
    case "guest":
      return api.enterAsGuest(who.username, who.language, link);
    case "login":
      return api.logIn(who);
    case "register":
      return api.register(who, link);
  }
}

function wordsFor(error: unknown, way: Way, say: Say): string {
  if (!(error instanceof ApiError)) return say("errOther", { what: "" });
  if (error.network) return say("errNetwork");
  if (error.status === 409) return say("errTaken");
  if (error.status === 429) return say("errSlow");
  if (error.status === 400 && way === "register") return say("errUsername");
  if (error.status === 401 && way === "login") return say("errLogin");
  return say("errOther", { what: error.message || error.code });
}

const BUTTON: Record<Way, Key> = {
  guest: "enter",
  login: "logIn",
  register: "register",
};

export function Entry() {
  const { chat, say } = useUi();
  const [chosen, setWay] = useState<Way>("guest");
  const [name, setName] = useState(savedName);
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const { guests, registration, oidc, mail } = usePolicy();
  const way = chosen === "guest" && !guests ? "login" : chosen;
  const invited = route.value.name === "join";
  const language = chat.reading.value;
  const languages = chat.languages.value;

  const choose = (next: Way) => {
    setWay(next);
    setError("");
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    const username = name.trim();
    if (!username || busy) return;
    setBusy(true);
    setError("");
    try {
      const at = route.peek();
      const link = at.name === "join" ? at.token : "";
      const who = { username, password, language };
      const session = await enter(way, who, link);
      saveName(username);
      if (at.name === "home") toRoom(PUBLIC_ROOM);
      chat.enter(session);
      if (link && way === "guest") await chat.toFirstRoom();
    } catch (cause) {
      setError(wordsFor(cause, way, say));
      setBusy(false);
    }
  };
  const notice = error || (chat.why.value === "expired" ? say("expired") : "");

  return (
    <main class="entry">
      <Hello />
      <form class="card" onSubmit={submit}>
        <h1 class="brand">
          <Logo /> Meeshy
        </h1>
        <Invitation />
        <p class="tagline">{say("tagline")}</p>
        {guests && <Tabs way={way} onChoose={choose} />}
        <label class="field">
          <span class="field-label">{say("yourName")}</span>
          <input
            name="username"
            value={name}
            maxLength={NAME_MAX}
            autocomplete="username"
            dir="auto"
            required
            autofocus
            onInput={(event) => {
              setName(event.currentTarget.value);
              setError("");
            }}
          />
        </label>
        {way !== "guest" && (
          <PasswordField
            way={way}
            value={password}
            onChange={(text) => {
              setPassword(text);
              setError("");
            }}
          />
        )}
        {way !== "login" && (
          <LanguageField
            class="reads"
            label={say("readIn")}
            value={language}
            reading
            onChange={(code) => chat.setLanguage(code)}
          />
        )}
        {way !== "login" && (
          <Reach
            reading={language}
            languages={languages}
            wished={navigator.language}
          />
        )}
        <p class="problem" role="alert">
          {notice}
        </p>
        <button class="primary wide" type="submit" disabled={busy}>
          {busy ? say("waitEnter") : say(BUTTON[way])}
        </button>
        {way !== "guest" && (registration || invited) && (
          <button
            class="quiet"
            type="button"
            onClick={() => choose(way === "login" ? "register" : "login")}
          >
            {way === "login" ? say("newHere") : say("haveAccount")}
          </button>
        )}
        {(oidc || mail) && <Beside {...{ way, name, oidc, mail }} />}
      </form>
    </main>
  );
}

/** Until the gateway says it. */
const OPEN = { guests: true, registration: true };

function usePolicy(): Partial<api.Policy> {
  const [policy, setPolicy] = useState<Partial<api.Policy>>(OPEN);
  useEffect(() => {
    api.policy().then(setPolicy, () => undefined);
  }, []);
  return policy;
}

/** What the link in the address invites to. */
function Invitation() {
  const { say } = useUi();
  const link = route.value.name === "join" ? route.value.token : "";
  const [words, setWords] = useState("");
  useEffect(() => {
    if (!link) return;
    api.linkInfo(link).then(
      ({ title }) => setWords(say("joinTitle", { room: plainName(title) })),
      () => setWords(say("linkGone")),
    );
  }, [link, say]);
  return words ? <p class="invitation">{words}</p> : null;
}

function Tabs({ way, onChoose }: { way: Way; onChoose: (way: Way) => void }) {
  const { say } = useUi();
  const guest = way === "guest";
  return (
    <div class="tabs" role="group">
      <button
        type="button"
        aria-pressed={guest}
        onClick={() => onChoose("guest")}
      >
        {say("asGuest")}
      </button>
      <button
        type="button"
        aria-pressed={!guest}
        onClick={() => onChoose(guest ? "login" : way)}
      >
        {say("withPassword")}
      </button>
    </div>
  );
}

interface PasswordProps {
  way: Way;
  value: string;
  onChange: (password: string) => void;
}

function PasswordField({ way, value, onChange }: PasswordProps) {
  const { say } = useUi();
  const fresh = way === "register";
  return (
    <label class="field">
      <span class="field-label">{say("password")}</span>
      <input
        name="password"
        type="password"
        value={value}
        required
        {...(fresh ? { minLength: 8 } : {})}
        autocomplete={fresh ? "new-password" : "current-password"}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      {fresh && <small>{say("passwordHint")}</small>}
    </label>
  );
}
