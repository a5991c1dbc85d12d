// Everybody on this server, and who may come.
import { useEffect, useState } from "preact/hooks";
import { BASE } from "../base";
import { Copyable } from "../ui/copyable";
import { BotList } from "../ui/dialogs/bots";
import { confirmThen } from "../ui/dialogs/confirm";
import { languageName } from "../ui/format";
import { IconButton } from "../ui/icons";
import { openMenu, placeOf, type Action } from "../ui/menu";
import { Modal, openDialog } from "../ui/modal";
import { toast } from "../ui/toast";
import { speech } from "../words";
import { day } from "./format";
import * as data from "./people-data";
import type { Person, Policy } from "./people-data";
import { token } from "./state";
import { tell } from "./words";

const TYPED_MS = 250;
const RETENTION_SETTING = "GATEWAY_RETENTION_DAYS";

export function People() {
  const say = tell.value;
  const [wanted, setWanted] = useState("");
  const { users, more, again } = usePeople(wanted.trim());
  return (
    <>
      <PolicyChoice />
      <section>
        <header class="section-head">
          <h2>{say("people")}</h2>
          <input
            type="search"
            class="find"
            aria-label={say("search")}
            placeholder={say("search")}
            value={wanted}
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
        </header>
        <div class="scrolls" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{say("name")}</th>
                <th scope="col">{say("language")}</th>
                <th scope="col">{say("since")}</th>
                <th>
                  <span class="hidden">{speech.value.say("actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {users.map((person) => (
                <Line key={person.id} person={person} onChange={again} />
              ))}
            </tbody>
          </table>
        </div>
        {more && (
          <button type="button" class="quiet" onClick={() => void more()}>
            {say("more")}
          </button>
        )}
      </section>
      <Bots />
    </>
  );
}

/** Those of who looks; others have theirs in the settings of the chat. */
function Bots() {
  const [round, setRound] = useState(0);
  return (
    <section>
      <h2>{speech.value.say("bots")}</h2>
      <BotList key={round} token={token} again={() => setRound((n) => n + 1)} />
    </section>
  );
}

function usePeople(wanted: string) {
  const [users, setUsers] = useState<readonly Person[]>([]);
  const [hasMore, setHasMore] = useState(false);
  const [round, setRound] = useState(0);
  const ask = async (q: string, known: readonly Person[]) => {
    const page = await data.people(token, q, known.at(-1)?.id ?? "");
    return { users: [...known, ...page.users], hasMore: page.hasMore };
  };
  useEffect(() => {
    let current = true;
    const look = async () => {
      const found = await ask(wanted, []).catch(() => null);
      if (!current || !found) return;
      setUsers(found.users);
      setHasMore(found.hasMore);
    };
    const timer = setTimeout(() => void look(), wanted ? TYPED_MS : 0);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [wanted, round]);
  const more = async () => {
    const found = await ask(wanted, users).catch(() => null);
    if (!found) return;
    setUsers(found.users);
    setHasMore(found.hasMore);
  };
  return {
    users,
    more: hasMore ? more : null,
    again: () => setRound((n) => n + 1),
  };
}

function Line(props: { person: Person; onChange: () => void }) {
  const say = tell.value;
  const { person, onChange } = props;
  const marks = [
    person.guest && say("guest"),
    person.bot && say("bot"),
    person.admin && say("admin"),
    person.disabled && say("disabled"),
  ].filter(Boolean);
  return (
    <tr class={person.disabled ? "off" : ""}>
      <th scope="row">
        <bdi>{person.name}</bdi>
        {marks.map((mark) => (
          <span key={mark as string} class="guest-mark">
            {mark}
          </span>
        ))}
        {(person.email || person.username !== person.name) && (
          <small dir="ltr">{person.email || person.username}</small>
        )}
      </th>
      <td>{languageName(person.language, speech.value.locale)}</td>
      <td>{day(person.createdAt)}</td>
      <td class="n">
        {!person.guest && !person.bot && (
          <IconButton
            icon="more"
            label={`${speech.value.say("actions")}: ${person.name}`}
            onClick={(event) =>
              openMenu({
                title: person.name,
                at: placeOf(event),
                actions: actionsOn(person, onChange),
              })
            }
          />
        )}
      </td>
    </tr>
  );
}

function actionsOn(person: Person, onChange: () => void): Action[] {
  const say = tell.peek();
  const { id, name, disabled, admin } = person;
  const doing = async (what: Promise<void>) => {
    await what.catch((error: Error) => toast(error.message));
    onChange();
  };
  const shutOut = () =>
    confirmThen({
      title: say("disableAsk", { who: name }),
      yes: say("disable"),
      bad: true,
      run: () => doing(data.disable(token, id, true)),
    });
  const link = async () => {
    try {
      const secret = await data.reset(token, id);
      openDialog(() => <ResetLink who={name} secret={secret} />);
    } catch (error) {
      toast((error as Error).message);
    }
  };
  return [
    { words: say("reset"), icon: "link", run: () => void link() },
    {
      words: say(admin ? "unAdmin" : "makeAdmin"),
      icon: "settings",
      run: () => void doing(data.grant(token, id, !admin)),
    },
    disabled
      ? {
          words: say("enable"),
          icon: "check",
          run: () => void doing(data.disable(token, id, false)),
        }
      : { words: say("disable"), icon: "close", bad: true, run: shutOut },
  ];
}

function ResetLink({ who, secret }: { who: string; secret: string }) {
  const say = tell.value;
  const address = `${location.origin}${BASE}/#reset=${secret}`;
  return (
    <Modal title={say("reset")}>
      <p class="confirm-text">{say("resetHint", { who })}</p>
      <Copyable label={say("reset")} value={address} />
    </Modal>
  );
}

/** Who may come, and how long what they say stays. */
function PolicyChoice() {
  const say = tell.value;
  const [policy, setPolicy] = useState<Policy | null>(null);
  useEffect(() => {
    data.policy().then(setPolicy, () => undefined);
  }, []);
  const change = (some: Partial<Policy>) =>
    data
      .setPolicy(token, some)
      .then(setPolicy, (error: Error) => toast(error.message));
  if (!policy) return null;
  return (
    <>
      <section>
        <h2>{say("whoMayCome")}</h2>
        <div class="policy">
          <div class="tabs-small" role="group" aria-label={say("registration")}>
            <span>{say("registration")}:</span>
            {data.REGISTRATIONS.map((one) => (
              <button
                key={one}
                type="button"
                aria-pressed={one === policy.registration}
                onClick={() => void change({ registration: one })}
              >
                {say(one)}
              </button>
            ))}
          </div>
          <label class="toggle">
            {say("guests")}
            <input
              type="checkbox"
              role="switch"
              checked={policy.guests}
              onChange={(event) =>
                void change({ guests: event.currentTarget.checked })
              }
            />
          </label>
        </div>
      </section>
      <section>
        <h2>{say("retention")}</h2>
        <p class="none">
          {policy.retentionDays
            ? say("retentionFor", { n: policy.retentionDays })
            : say("retentionEver")}{" "}
          {say("retentionHow", { setting: RETENTION_SETTING })}
        </p>
      </section>
    </>
  );
}
