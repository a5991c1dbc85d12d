// One's bots: in the settings of the chat, and on the dashboard.
import { useRef, useState } from "preact/hooks";
import type { ApiError } from "../../api";
import * as programs from "../../programs-api";
import { SCOPES, type Bot, type Scope } from "../../programs-api";
import { speech, type Key } from "../../words";
import { IconButton } from "../icons";
import { Modal, openDialog } from "../modal";
import { Name } from "../people";
import { toast } from "../toast";
import { AddButton } from "./add-button";
import { confirmThen } from "./confirm";
import { FormModal } from "./form";
import { useList } from "./mine";
import { tellOnce } from "./told-once";
import { Toggle } from "./toggle";

const NAME_MAX = 40;

const SCOPE_WORDS: Record<Scope, Key> = {
  read: "botReads",
  write: "botWrites",
  manage: "botManages",
};

export function openBots(token: string): void {
  openDialog(() => <BotsModal token={token} />);
}

function BotsModal({ token }: { token: string }) {
  const { say } = speech.value;
  return (
    <Modal title={say("bots")} class="listing">
      <BotList token={token} again={() => openBots(token)} />
    </Modal>
  );
}

interface ListProps {
  token: string;
  /** What was opened over it has changed something, or has closed. */
  again: () => void;
}

/** What each is and may do, and what can be done about it. */
export function BotList({ token, again }: ListProps) {
  const { say } = speech.value;
  const [list] = useList(() => programs.listBots(token));
  return (
    <>
      <p class="confirm-text">{say("botsMeans")}</p>
      {list?.length === 0 && <p class="none-found">{say("botsNone")}</p>}
      <ul class="terms programs">
        {list?.map((bot) => (
          <li key={bot.id}>
            <Words bot={bot} />
            <IconButton
              icon="key"
              label={`${say("botToken")}: ${bot.name}`}
              onClick={() => renew(token, bot, again)}
            />
            <IconButton
              icon="trash"
              label={`${say("delete")}: ${bot.name}`}
              onClick={() => remove(token, bot, again)}
            />
          </li>
        ))}
      </ul>
      {list && (
        <AddButton
          words={say("botNew")}
          onClick={() =>
            openDialog(() => <BotForm token={token} again={again} />)
          }
        />
      )}
    </>
  );
}

function Words({ bot }: { bot: Bot }) {
  const { say } = speech.value;
  return (
    <span class="term-words">
      <b>
        <Name name={bot.name} />
      </b>
      <span>
        <bdi>{bot.username}</bdi>
        {bot.scopes.map((scope) => ` · ${say(SCOPE_WORDS[scope])}`)}
      </span>
    </span>
  );
}

function told(name: string, token: string, again: () => void): void {
  const { say } = speech.peek();
  tellOnce({
    title: name,
    label: say("botTokenOf"),
    value: token,
    text: say("botTokenMeans"),
    after: again,
  });
}

function renew(token: string, { id, name }: Bot, again: () => void): void {
  const { say } = speech.peek();
  confirmThen({
    title: say("botTokenAsk", { name }),
    yes: say("botToken"),
    run: async () => {
      try {
        told(name, await programs.renewBot(token, id), again);
      } catch {
        toast(say("didNotWork"));
      }
    },
  });
}

function remove(token: string, { id, name }: Bot, again: () => void): void {
  const { say } = speech.peek();
  confirmThen({
    title: say("removeAsk", { name }),
    text: say("botRemoveMeans"),
    yes: say("delete"),
    bad: true,
    run: async () => {
      await programs.removeBot(token, id).catch(() => toast(say("didNotWork")));
      again();
    },
  });
}

function whyNot({ status }: ApiError): string {
  const { say } = speech.peek();
  if (status === 409) return say("errTaken");
  return status === 400 ? say("errUsername") : "";
}

function BotForm({ token, again }: ListProps) {
  const { say } = speech.value;
  const [username, setUsername] = useState("");
  const [name, setName] = useState("");
  const [may, setMay] = useState<readonly Scope[]>(["read", "write"]);
  const made = useRef<programs.NewBot | null>(null);
  const make = async () => {
    made.current = await programs.addBot(token, username, name.trim(), may);
  };
  const show = () =>
    made.current && told(made.current.name, made.current.token, again);
  return (
    <FormModal
      title={say("botNew")}
      submit={say("create")}
      run={make}
      after={show}
      explain={(error) => whyNot(error as ApiError)}
    >
      <label class="field">
        <span class="field-label">{say("botUsername")}</span>
        <input
          name="username"
          dir="ltr"
          minLength={2}
          maxLength={32}
          required
          autofocus
          autocomplete="off"
          value={username}
          onInput={(event) => setUsername(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span class="field-label">{say("shownAs")}</span>
        <input
          name="name"
          dir="auto"
          maxLength={NAME_MAX}
          placeholder={username}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <fieldset class="scopes">
        <legend class="field-label">{say("botMay")}</legend>
        {SCOPES.map((scope) => (
          <Toggle
            key={scope}
            words={say(SCOPE_WORDS[scope])}
            on={may.includes(scope)}
            onChange={(on) =>
              setMay(SCOPES.filter((s) => (s === scope ? on : may.includes(s))))
            }
          />
        ))}
      </fieldset>
    </FormModal>
  );
}
