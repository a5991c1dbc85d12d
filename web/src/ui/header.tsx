import type { State } from "../store/state";
import type { LinkState, Session } from "../types";
import { useUi } from "./context";
import { LeaveIcon, Logo } from "./icons";
import { LanguageSelect } from "./language-select";

export function Header({ state, session }: { state: State; session: Session }) {
  const { chat, say } = useUi();
  return (
    <header class="bar">
      <div class="bar-in">
        <h1 class="brand">
          <Logo /> <span class="brand-name">Meeshy</span>
        </h1>
        <Pill link={state.link} />
        <span class="grow" />
        <LanguageSelect
          label={say("readIn")}
          value={state.language}
          languages={state.languages}
          onChange={(code) => chat.setLanguage(code)}
        />
        <span class="me" dir="auto">
          {session.user.displayName}
        </span>
        <button
          type="button"
          class="icon-button"
          aria-label={say("leave")}
          title={say("leave")}
          onClick={() => chat.leave()}
        >
          <LeaveIcon />
        </button>
      </div>
    </header>
  );
}

function Pill({ link }: { link: LinkState }) {
  const { say } = useUi();
  return (
    <span class={`pill ${link}`} role="status">
      <span class="pill-words">{say(link)}</span>
    </span>
  );
}
