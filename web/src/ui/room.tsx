import type { State } from "../store/state";
import type { Session } from "../types";
import { Composer } from "./composer";
import { useUi } from "./context";
import { Header } from "./header";
import { Timeline } from "./timeline";

export function Room({ state, session }: { state: State; session: Session }) {
  return (
    <div class="room">
      <Header state={state} session={session} />
      <Timeline state={state} me={session.user.id} />
      <Typing state={state} me={session.user.id} />
      <Composer state={state} />
    </div>
  );
}

function Typing({ state, me }: { state: State; me: string }) {
  const { say } = useUi();
  const others = state.typing.filter((typist) => typist.userId !== me);
  const who = others[0]?.name;
  let words = "";
  if (others.length === 1 && who) words = say("isTyping", { who });
  else if (others.length > 0) words = say("areTyping");
  return (
    <p class="typing" dir="auto">
      {words}
    </p>
  );
}
