// The pane at the side: what this room is, who is in it, what they read.
import { useComputed } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { PUBLIC_ROOM } from "../chat";
import type { Room } from "../room";
import type { Message, RoomInfo } from "../types";
import { atLeast } from "../roles";
import { useUi } from "./context";
import { withDialogs, type Dialogs } from "./open";
import { languageName, numberIn } from "./format";
import { Members } from "./members";
import { beside, closePanel } from "./panel-open";
import { daysIn, daysOf, useServerDays } from "./retention";
import { Icon, IconButton, type IconName } from "./icons";
import { Avatar, Name, peopleIn, RoomFace, useTitle } from "./people";

export function Panel({ room }: { room: Room }) {
  const { chat, say } = useUi();
  const info = chat.rooms.list.value.find(({ id }) => id === room.id);
  const title = useTitle()(info, room.id);
  const people = info ? peopleIn(info, room.members.value) : 0;
  const box = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (!beside.peek()) box.current?.querySelector("button")?.focus();
  }, []);
  return (
    <section
      ref={box}
      class="panel"
      aria-label={say("details")}
      onKeyDown={(event) => event.key === "Escape" && closePanel()}
    >
      <header class="panel-head">
        <h2>{say("details")}</h2>
        <IconButton icon="close" label={say("close")} onClick={closePanel} />
      </header>
      <div class="panel-in">
        <div class="panel-room">
          <RoomFace {...(info ? { room: info } : {})} id={room.id} />
          <p class="panel-title">
            <bdi>{title}</bdi>
          </p>
          {people > 0 && (
            <p class="panel-people">{say("people", { n: people })}</p>
          )}
          {(room.id === PUBLIC_ROOM || info?.description) && (
            <p class="panel-text" dir="auto">
              {info?.description || say("inviteAll")}
            </p>
          )}
          {info && <ErasedAfter info={info} />}
          {info?.type !== "direct" && (
            <button
              type="button"
              class="soft"
              onClick={() => withDialogs((m) => m.openInvite(room.id))}
            >
              <Icon name="link" />
              {say("invite")}
            </button>
          )}
        </div>
        {info && <LanguagesHere info={info} />}
        {room.id === PUBLIC_ROOM || !info ? (
          <SpokeHere room={room} />
        ) : (
          <Members room={room} info={info} />
        )}
        {info && <About room={room} info={info} />}
      </div>
    </section>
  );
}

function ErasedAfter({ info }: { info: RoomInfo }) {
  const { say, locale } = useUi();
  const days = daysOf(info.retentionDays, useServerDays());
  if (days === 0) return null;
  return (
    <p class="panel-text">
      {say("erasedAfter", { time: daysIn(days, locale) })}
    </p>
  );
}

interface ActProps {
  icon: IconName;
  children: string;
  bad?: boolean;
  open: (dialogs: Dialogs) => void;
}

function Act({ icon, children, bad, open }: ActProps) {
  return (
    <button
      type="button"
      class={bad ? "act bad" : "act"}
      onClick={() => withDialogs(open)}
    >
      <Icon name={icon} />
      {children}
    </button>
  );
}

/** What can be done about the room as a whole. */
function About({ room, info }: { room: Room; info: RoomInfo }) {
  const { chat, say } = useUi();
  const title = useTitle()(info);
  const group = info.type === "group" || info.type === "public";
  const shared = info.type !== "direct";
  const moderates = shared && atLeast(info.role, "moderator");
  return (
    <section class="panel-acts">
      <Act icon="pin" open={(m) => m.openPins(room)}>
        {say("pinned")}
      </Act>
      {shared && (
        <Act icon="book" open={(m) => m.openGlossary(info)}>
          {say("glossary")}
        </Act>
      )}
      {moderates && (
        <>
          <Act icon="pen" open={(m) => m.openCorrections(info)}>
            {say("corrections")}
          </Act>
          <Act icon="flag" open={(m) => m.openReports(info)}>
            {say("reports")}
          </Act>
          <Act icon="shield" open={(m) => m.openBanned(info)}>
            {say("bannedPeople")}
          </Act>
        </>
      )}
      {group && (
        <Act icon="plug" open={(m) => m.openPrograms({ room, info })}>
          {say("programs")}
        </Act>
      )}
      {group && atLeast(info.role, "admin") && (
        <Act icon="settings" open={(m) => m.openRoomSettings(info)}>
          {say("roomSettings")}
        </Act>
      )}
      {group && (
        <Act icon="leave" bad open={(m) => m.openLeave(chat, room, title)}>
          {say("leaveRoom")}
        </Act>
      )}
    </section>
  );
}

function LanguagesHere({ info }: { info: RoomInfo }) {
  const { chat, say, locale } = useUi();
  const all = Object.entries(info.languages).sort((a, b) => b[1] - a[1]);
  const most = all[0]?.[1] ?? 1;
  if (all.length === 0) return null;
  return (
    <section>
      <h3>{say("languagesHere")}</h3>
      <ul class="tally">
        {all.map(([code, n]) => (
          <li key={code} class={code === chat.reading.value ? "mine" : ""}>
            <span class="tally-name">{languageName(code, locale)}</span>
            <span class="tally-bar" aria-hidden="true">
              <span style={{ width: `${(100 * n) / most}%` }} />
            </span>
            <span class="tally-n" title={say("readers", { n })}>
              {numberIn(n, locale)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const SPEAKERS_MAX = 20;

interface Speaker {
  id: string;
  name: string;
  guest: boolean;
  writes: string;
}

/** Of the messages on the page, the latest first. */
function speakersOf(messages: Message[], me: string): Speaker[] {
  const found = new Map<string, Speaker>();
  for (const m of messages.reverse()) {
    if (m.senderId === me || found.has(m.senderId)) continue;
    const { senderId: id, senderName: name, guest, language: writes } = m;
    found.set(id, { id, name, guest, writes });
    if (found.size === SPEAKERS_MAX) break;
  }
  return [...found.values()];
}

function SpokeHere({ room }: { room: Room }) {
  const { chat, say, locale } = useUi();
  const speakers = useComputed(() => {
    void room.log.ids.value;
    return speakersOf(room.log.all(), chat.me);
  });
  if (speakers.value.length === 0) return null;
  const direct = chat.rooms.get(room.id)?.type === "direct";
  return (
    <section>
      <h3>{say("spokeHere")}</h3>
      <ul class="people">
        {speakers.value.map(({ id, name, guest, writes }) => (
          <li key={id} class="person">
            <Avatar id={id} name={name} />
            <span class="person-words">
              <span class="person-name">
                <Name name={name} />
                {guest && <span class="guest-mark">{say("guest")}</span>}
              </span>
              <span class="person-under">
                {say("speaks", { language: languageName(writes, locale) })}
              </span>
            </span>
            {!direct && (
              <IconButton
                icon="pen"
                label={say("writeTo", { who: name })}
                onClick={() => void chat.writeTo(id).catch(() => undefined)}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
