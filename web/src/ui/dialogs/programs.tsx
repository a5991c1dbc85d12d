// The programs of a room: who writes by an address, which machines hear what is
// said, and one's bots that could be taken in.
import { useRef, useState } from "preact/hooks";
import * as programs from "../../programs-api";
import type { Bot, Hook, Outhook } from "../../programs-api";
import type { ApiError } from "../../api";
import { BASE } from "../../base";
import { atLeast } from "../../roles";
import type { Room } from "../../room";
import type { RoomInfo } from "../../types";
import { useUi } from "../context";
import { fullTime } from "../format";
import { IconButton } from "../icons";
import { Modal, openDialog } from "../modal";
import { Avatar, Name } from "../people";
import { toast } from "../toast";
import { AddButton } from "./add-button";
import { confirmThen } from "./confirm";
import { FormModal } from "./form";
import { useList } from "./mine";
import { tellOnce } from "./told-once";

const NAME_MAX = 40;
const URL_MAX = 1000;

interface Here {
  room: Room;
  info: RoomInfo;
}

export function openPrograms(here: Here): void {
  openDialog(() => <Programs {...here} />);
}

/** Everybody sees which machines hear the room; its admins do the rest. */
function Programs(here: Here) {
  const { chat, say } = useUi();
  const settles = atLeast(here.info.role, "admin");
  const account = chat.session.value?.user.guest === false;
  return (
    <Modal title={say("programs")} class="settings">
      <HearsHere here={here} settles={settles} />
      {settles && <WritesHere here={here} />}
      {account && <MyBots here={here} />}
    </Modal>
  );
}

/** Asked before; then back to the list. */
function useRemoval(here: Here) {
  const { say } = useUi();
  return (name: string, run: () => Promise<void>) =>
    confirmThen({
      title: say("removeAsk", { name }),
      yes: say("delete"),
      bad: true,
      run: async () => {
        await run().catch(() => toast(say("didNotWork")));
        openPrograms(here);
      },
    });
}

// ---- who hears ----

function HearsHere({ here, settles }: { here: Here; settles: boolean }) {
  const { chat, say, locale } = useUi();
  const { id } = here.info;
  const [list] = useList<Outhook>(() => programs.listOuthooks(chat.token, id));
  const remove = useRemoval(here);
  const goOn = async (hook: Outhook) => {
    try {
      await programs.enableOuthook(chat.token, id, hook.id);
      openPrograms(here);
    } catch {
      toast(say("didNotWork"));
    }
  };
  return (
    <section>
      <h3>{say("hears")}</h3>
      <p class="confirm-text">
        {say(list?.length === 0 ? "hearsNone" : "hearsMeans")}
      </p>
      <ul class="terms programs">
        {list?.map((hook) => (
          <li key={hook.id}>
            <span class="term-words">
              <b>
                <bdi>{hook.host}</bdi>
              </b>
              {hook.url && (
                <span class="program-url">
                  <bdi>{hook.url}</bdi>
                </span>
              )}
              {hook.disabledAt > 0 && (
                <span class="program-off">
                  {say("hearsOff", { when: fullTime(hook.disabledAt, locale) })}
                  {hook.reason && (
                    <>
                      {" "}
                      <bdi lang="en">{hook.reason}</bdi>
                    </>
                  )}
                </span>
              )}
            </span>
            {settles && hook.disabledAt > 0 && (
              <IconButton
                icon="play"
                label={`${say("hearsGoOn")}: ${hook.host}`}
                onClick={() => void goOn(hook)}
              />
            )}
            {settles && (
              <IconButton
                icon="trash"
                label={`${say("delete")}: ${hook.host}`}
                onClick={() =>
                  remove(hook.host, () =>
                    programs.removeOuthook(chat.token, id, hook.id),
                  )
                }
              />
            )}
          </li>
        ))}
      </ul>
      {settles && list && (
        <AddButton
          words={say("hearsNew")}
          onClick={() => openDialog(() => <OuthookForm {...here} />)}
        />
      )}
    </section>
  );
}

function OuthookForm(here: Here) {
  const { chat, say } = useUi();
  const [url, setUrl] = useState("");
  const secret = useRef("");
  return (
    <FormModal
      title={say("hearsNew")}
      submit={say("create")}
      run={async () => {
        const { id } = here.info;
        secret.current = await programs.addOuthook(chat.token, id, url.trim());
      }}
      after={() =>
        tellOnce({
          title: say("hears"),
          label: say("hearsSecret"),
          value: secret.current,
          text: say("hearsSecretMeans"),
          after: () => openPrograms(here),
        })
      }
      explain={(error) =>
        (error as ApiError).status === 400 ? say("hearsBadUrl") : ""
      }
    >
      <label class="field">
        <span class="field-label">{say("hearsUrl")}</span>
        <input
          name="url"
          type="url"
          dir="ltr"
          maxLength={URL_MAX}
          required
          autofocus
          placeholder="https://"
          value={url}
          onInput={(event) => setUrl(event.currentTarget.value)}
        />
        <small>{say("hearsUrlHint")}</small>
      </label>
    </FormModal>
  );
}

// ---- who writes ----

function WritesHere({ here }: { here: Here }) {
  const { chat, say, locale } = useUi();
  const { id } = here.info;
  const [list] = useList<Hook>(() => programs.listHooks(chat.token, id));
  const remove = useRemoval(here);
  return (
    <section>
      <h3>{say("writesHere")}</h3>
      <p class="confirm-text">{say("writesHereMeans")}</p>
      <ul class="terms programs">
        {list?.map((hook) => (
          <li key={hook.id}>
            <span class="term-words">
              <b>
                <bdi>{hook.name}</bdi>
              </b>
              <span>
                {say("sessionSince", {
                  when: fullTime(hook.createdAt, locale),
                })}
              </span>
            </span>
            <IconButton
              icon="trash"
              label={`${say("delete")}: ${hook.name}`}
              onClick={() =>
                remove(hook.name, () =>
                  programs.removeHook(chat.token, id, hook.id),
                )
              }
            />
          </li>
        ))}
      </ul>
      {list && (
        <AddButton
          words={say("writesHereNew")}
          onClick={() => openDialog(() => <HookForm {...here} />)}
        />
      )}
    </section>
  );
}

function HookForm(here: Here) {
  const { chat, say } = useUi();
  const [name, setName] = useState("");
  const path = useRef("");
  return (
    <FormModal
      title={say("writesHereNew")}
      submit={say("create")}
      run={async () => {
        const { id } = here.info;
        path.current = await programs.addHook(chat.token, id, name.trim());
      }}
      after={() =>
        tellOnce({
          title: name.trim(),
          label: say("writesHereAddress"),
          value: location.origin + BASE + path.current,
          text: say("writesHereHow", { body: '{"text": "…"}' }),
          after: () => openPrograms(here),
        })
      }
    >
      <label class="field">
        <span class="field-label">{say("shownAs")}</span>
        <input
          name="name"
          dir="auto"
          maxLength={NAME_MAX}
          required
          autofocus
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
    </FormModal>
  );
}

// ---- bots ----

/** Those of mine that are not in the room yet. */
function MyBots({ here }: { here: Here }) {
  const { chat, say } = useUi();
  const { room, info } = here;
  const [list] = useList<Bot>(() => programs.listBots(chat.token));
  const inside = new Set(room.members.value.map(({ id }) => id));
  const takeIn = async ({ id }: Bot) => {
    try {
      await programs.takeIn(chat.token, info.id, id);
      await room.loadMembers();
    } catch {
      toast(say("didNotWork"));
    }
  };
  const outside = list?.filter(({ id }) => !inside.has(id)) ?? [];
  if (info.type === "direct" || outside.length === 0) return null;
  return (
    <section>
      <h3>{say("bots")}</h3>
      <ul class="people">
        {outside.map((bot) => (
          <li key={bot.id} class="person">
            <Avatar id={bot.id} name={bot.name} />
            <span class="person-words">
              <span class="person-name">
                <Name name={bot.name} />
              </span>
              <span class="person-under">
                <bdi>{bot.username}</bdi>
              </span>
            </span>
            <button
              type="button"
              class="quiet"
              onClick={() => void takeIn(bot)}
            >
              {say("botTakeIn")}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
