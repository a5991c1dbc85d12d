// What one settles about oneself: sessions, password, blocks, one's things.
import { useEffect, useState } from "preact/hooks";
import type { ApiError } from "../../api";
import * as people from "../../people-api";
import type { SessionInfo, Somebody } from "../../people-api";
import { useUi } from "../context";
import { fullTime } from "../format";
import { Modal, openDialog } from "../modal";
import { Avatar, Name } from "../people";
import { toast } from "../toast";
import { FormModal, NewPassword } from "./form";

/** A list that is read once; what went wrong is said. */
export function useList<T>(read: () => Promise<T[]>) {
  const [list, setList] = useState<T[] | null>(null);
  useEffect(() => {
    read().then(setList, (error: ApiError) => {
      toast(error.message);
      setList([]);
    });
  }, []);
  return [list, setList] as const;
}

export function openSessions(): void {
  openDialog(() => <Sessions />);
}

function Sessions() {
  const { chat, say, locale } = useUi();
  const [list, setList] = useList<SessionInfo>(() =>
    people.listSessions(chat.token),
  );
  const end = async (session: SessionInfo) => {
    try {
      await people.endSession(chat.token, session.id);
      setList(list?.filter((one) => one !== session) ?? null);
    } catch {
      toast(say("didNotWork"));
    }
  };
  return (
    <Modal title={say("sessions")} class="listing">
      <ul class="people">
        {list?.map((session) => (
          <li key={session.id} class="person">
            <span class="person-words">
              <span class="person-name">
                {say("sessionSince", {
                  when: fullTime(session.createdAt, locale),
                })}
              </span>
              {session.current && (
                <span class="person-under">{say("sessionHere")}</span>
              )}
            </span>
            {!session.current && (
              <button
                type="button"
                class="quiet"
                onClick={() => void end(session)}
              >
                {say("sessionEnd")}
              </button>
            )}
          </li>
        ))}
      </ul>
    </Modal>
  );
}

interface PeopleProps {
  title: string;
  none: string;
  act: string;
  read: () => Promise<Somebody[]>;
  run: (who: Somebody) => Promise<void>;
}

/** People, with what can be done about each; then they are not in it. */
export function PeopleModal({ title, none, act, read, run }: PeopleProps) {
  const { say } = useUi();
  const [list, setList] = useList<Somebody>(read);
  const doing = async (who: Somebody) => {
    try {
      await run(who);
      setList(list?.filter((one) => one !== who) ?? null);
    } catch {
      toast(say("didNotWork"));
    }
  };
  return (
    <Modal title={title} class="listing">
      {list?.length === 0 && <p class="none-found">{none}</p>}
      <ul class="people">
        {list?.map((who) => (
          <li key={who.id} class="person">
            <Avatar id={who.id} name={who.name} />
            <span class="person-words">
              <span class="person-name">
                <Name name={who.name} />
              </span>
            </span>
            <button type="button" class="quiet" onClick={() => void doing(who)}>
              {act}
            </button>
          </li>
        ))}
      </ul>
    </Modal>
  );
}

export function openBlocked(): void {
  openDialog(() => <Blocked />);
}

function Blocked() {
  const { chat, say } = useUi();
  return (
    <PeopleModal
      title={say("blocked")}
      none={say("noBlocked")}
      act={say("unblock")}
      read={() => people.listBlocked(chat.token)}
      run={({ id }) => people.unblock(chat.token, id)}
    />
  );
}

export function openPassword(): void {
  openDialog(() => <Password />);
}

function Password() {
  const { chat, say } = useUi();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  return (
    <FormModal
      title={say("changePassword")}
      submit={say("save")}
      run={async () => {
        await people.changePassword(chat.token, old, fresh);
        toast(say("passwordDone"));
      }}
      explain={(error) =>
        (error as ApiError).status === 403 ? say("errLogin") : ""
      }
    >
      <label class="field">
        <span class="field-label">{say("oldPassword")}</span>
        <input
          name="password"
          type="password"
          autocomplete="current-password"
          required
          autofocus
          value={old}
          onInput={(event) => setOld(event.currentTarget.value)}
        />
      </label>
      <NewPassword
        name="new-password"
        label={say("newPassword")}
        value={fresh}
        onChange={setFresh}
      />
    </FormModal>
  );
}

/** As a file of the browser's. */
export async function download(token: string): Promise<void> {
  const all = await people.exportMine(token);
  const text = JSON.stringify({ messages: all }, null, 1);
  const address = URL.createObjectURL(
    new Blob([text], { type: "application/json" }),
  );
  const link = document.createElement("a");
  link.href = address;
  link.download = "meeshy.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 0);
}

export function openDelete(): void {
  openDialog(() => <Delete />);
}

const FATES = ["keep", "delete"] as const;

function Delete() {
  const { chat, say } = useUi();
  const [fate, setFate] = useState<(typeof FATES)[number]>("keep");
  const [password, setPassword] = useState("");
  const guest = chat.session.value?.user.guest === true;
  return (
    <FormModal
      title={say("deleteAccount")}
      submit={say("deleteAccount")}
      bad
      run={async () => {
        await people.deleteAccount(chat.token, password, fate);
        chat.gone();
      }}
      explain={(error) =>
        (error as ApiError).status === 403 ? say("errLogin") : ""
      }
    >
      <p class="confirm-text">{say("deleteAccountMeans")}</p>
      <fieldset class="radios">
        <legend class="hidden">{say("deleteAccount")}</legend>
        {FATES.map((one) => (
          <label key={one}>
            <input
              type="radio"
              name="fate"
              checked={fate === one}
              onChange={() => setFate(one)}
            />
            {say(one === "keep" ? "keepMessages" : "deleteMessages")}
          </label>
        ))}
      </fieldset>
      {!guest && (
        <label class="field">
          <span class="field-label">{say("password")}</span>
          <input
            name="password"
            type="password"
            autocomplete="current-password"
            required
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </label>
      )}
    </FormModal>
  );
}
