import { useState } from "preact/hooks";
import * as api from "../api";
import { ApiError } from "../api";
import { saveName, savedName } from "../saved";
import type { State } from "../store/state";
import type { Key, Say } from "../strings";
import type { Session } from "../types";
import { useUi } from "./context";
import { Hello } from "./hello";
import { Logo } from "./icons";
import { LanguageSelect } from "./language-select";

const NAME_MAX = 40;

type Way = "guest" | "login" | "register";

function enter(way: Way, who: api.Credentials): Promise<Session> {
  switch (way) {
    case "guest":
      return api.enterAsGuest(who.username, who.language);
    case "login":
      return api.logIn(who);
    case "register":
      return api.register(who);
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

export function Entry({ state }: { state: State }) {
  const { chat, say } = useUi();
  const [way, setWay] = useState<Way>("guest");
  const [name, setName] = useState(savedName);
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const { language, languages } = state;

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
      const session = await enter(way, { username, password, language });
      saveName(username);
      chat.open(session);
    } catch (cause) {
      setError(wordsFor(cause, way, say));
      setBusy(false);
    }
  };
  const notice = error || (state.why === "expired" ? say("expired") : "");

  return (
    <main class="entry">
      <Hello language={language} />
      <form class="card" onSubmit={submit}>
        <h1 class="brand">
          <Logo /> Meeshy
        </h1>
        <p class="tagline">{say("tagline")}</p>
        <Tabs way={way} onChoose={choose} />
        <label class="field">
          <span>{say("yourName")}</span>
          <input
            name="username"
            value={name}
            maxLength={NAME_MAX}
            autocomplete="username"
            dir="auto"
            required
            autofocus
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        {way !== "guest" && (
          <PasswordField way={way} value={password} onChange={setPassword} />
        )}
        {way !== "login" && (
          <LanguageSelect
            label={say("readIn")}
            value={language}
            languages={languages}
            onChange={(code) => chat.setLanguage(code)}
          />
        )}
        <p class="problem" role="alert">
          {notice}
        </p>
        <button class="primary" type="submit" disabled={busy}>
          {busy ? say("waitEnter") : say(BUTTON[way])}
        </button>
        {way !== "guest" && (
          <button
            class="quiet"
            type="button"
            onClick={() => choose(way === "login" ? "register" : "login")}
          >
            {way === "login" ? say("newHere") : say("haveAccount")}
          </button>
        )}
      </form>
    </main>
  );
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
      <span>{say("password")}</span>
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
