// Somebody with an account, asked into a room by their name.
import { useEffect, useState } from "preact/hooks";
import * as people from "../../people-api";
import type { Somebody } from "../../people-api";
import { useUi } from "../context";
import { IconButton } from "../icons";
import { Avatar, Name } from "../people";
import { toast } from "../toast";

/** As the gateway wants it. */
const CHARS_MIN = 2;
/** Somebody is still typing. */
const PAUSE_MS = 250;

export function InvitePeople({ room }: { room: string }) {
  const { chat, say } = useUi();
  const [asked, setAsked] = useState<readonly Somebody[]>([]);
  const [text, setText] = useState("");
  const load = () =>
    // Who may not invite is told nothing.
    people.listAsked(chat.token, room).then(setAsked, () => undefined);
  useEffect(() => void load(), [room]);
  const ask = async (who: Somebody) => {
    try {
      const waits = await people.ask(chat.token, room, who.id);
      toast(say(waits ? "personAsked" : "personIn", { who: who.name }));
      setText("");
      await Promise.all([load(), chat.room.value?.loadMembers()]);
    } catch (error) {
      toast((error as Error).message);
    }
  };
  const takeBack = async (who: Somebody) => {
    try {
      await people.takeBack(chat.token, room, who.id);
      setAsked(asked.filter((one) => one !== who));
    } catch {
      toast(say("didNotWork"));
    }
  };
  return (
    <section class="links-here">
      <label class="field">
        <span class="field-label">{say("inviteByName")}</span>
        <input
          type="search"
          name="person"
          dir="auto"
          autocomplete="off"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <Found
        text={text.trim()}
        without={asked.map(({ id }) => id)}
        onAsk={(who) => void ask(who)}
      />
      {asked.length > 0 && (
        <>
          <h3>{say("personsAsked")}</h3>
          <ul class="people asked">
            {asked.map((who) => (
              <Person key={who.id} who={who}>
                <IconButton
                  icon="close"
                  label={say("takeBack", { who: who.name })}
                  onClick={() => void takeBack(who)}
                />
              </Person>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

interface FoundProps {
  text: string;
  /** Ids of who is asked already. */
  without: readonly string[];
  onAsk: (who: Somebody) => void;
}

function Found({ text, without, onAsk }: FoundProps) {
  const { chat, say } = useUi();
  const [list, setList] = useState<readonly Somebody[] | null>(null);
  useEffect(() => {
    setList(null);
    if ([...text].length < CHARS_MIN) return;
    let wanted = true;
    const timer = setTimeout(() => {
      people.find(chat.token, text).then(
        (found) => wanted && setList(found),
        () => wanted && setList([]),
      );
    }, PAUSE_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [text]);
  if (!list) return null;
  const inside = chat.room.value?.members.value.map(({ id }) => id) ?? [];
  const out = new Set([...inside, ...without]);
  const others = list.filter(({ id }) => !out.has(id));
  if (others.length === 0) return <p class="none-found">{say("noHits")}</p>;
  return (
    <ul class="people">
      {others.map((who) => (
        <Person key={who.id} who={who}>
          <button type="button" class="quiet" onClick={() => onAsk(who)}>
            {say("invite")}
          </button>
        </Person>
      ))}
    </ul>
  );
}

interface PersonProps {
  who: Somebody;
  children: preact.ComponentChildren;
}

function Person({ who, children }: PersonProps) {
  return (
    <li class="person">
      <Avatar id={who.id} name={who.name} />
      <span class="person-words">
        <span class="person-name">
          <Name name={who.name} />
        </span>
      </span>
      {children}
    </li>
  );
}
