// The list of rooms, each with its last line in my language.
import type { ComponentChildren } from "preact";
import type { Chat } from "../chat";
import { pathOf, route, toRoom } from "../route";
import { viewOf } from "../store/view";
import { kindOf } from "../files";
import type { FileInfo, Message, RoomInfo, Session } from "../types";
import { useUi } from "./context";
import {
  openInvitations,
  openNewRoom,
  openSettings,
  openSwitcher,
} from "./open";
import {
  dirOf,
  nativeName,
  numberIn,
  plainName,
  plainText,
  shortTime,
} from "./format";
import { Icon, IconButton, Logo } from "./icons";
import { Avatar, Name, RoomFace, useTitle } from "./people";

/** More are "999+". */
const UNREAD_MAX = 999;

export function RoomsPane({ session }: { session: Session }) {
  const { chat, say } = useUi();
  const rooms = chat.rooms.list.value;
  const invitations = chat.invitations.value;
  const { user } = session;
  return (
    <nav class="rooms" aria-label={say("rooms")}>
      <header class="rooms-head">
        <h1 class="brand">
          <Logo /> Meeshy
        </h1>
        <span class="grow" />
        <IconButton icon="search" label={say("find")} onClick={openSwitcher} />
        <IconButton icon="plus" label={say("newRoom")} onClick={openNewRoom} />
      </header>
      {invitations > 0 && (
        <button type="button" class="soft" onClick={openInvitations}>
          <Icon name="people" />
          {say("invitations", { n: invitations })}
        </button>
      )}
      <ul class="room-list">
        {rooms.map((room) => (
          <RoomLine key={room.id} room={room} me={user.id} />
        ))}
      </ul>
      <button type="button" class="me" onClick={openSettings}>
        <Avatar id={user.id} name={user.displayName} />
        <span class="me-words">
          <span class="me-name">
            <Name name={user.displayName} />
            {user.guest && <span class="guest-mark">{say("guest")}</span>}
          </span>
          <span class="me-reads">
            <Icon name="book" />
            <bdi>{nativeName(chat.reading.value, chat.languages.value)}</bdi>
          </span>
        </span>
        <Icon name="settings" />
        <span class="hidden">{say("settings")}</span>
      </button>
    </nav>
  );
}

function RoomLine({ room, me }: { room: RoomInfo; me: string }) {
  const { chat, say, locale } = useUi();
  const title = useTitle()(room);
  const at = route.value;
  const here = at.name === "room" && at.id === room.id;
  const unread = here ? 0 : room.unread;
  const path = pathOf({ name: "room", id: room.id, at: "" });
  return (
    <li>
      <a
        class="room-line"
        href={path}
        aria-current={here ? "page" : "false"}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          toRoom(room.id);
        }}
      >
        <RoomFace room={room} id={room.id} />
        <span class="room-words">
          <span class="room-top">
            <span class="room-title">
              <bdi>{title}</bdi>
            </span>
            {room.last && (
              <time dateTime={new Date(room.lastAt).toISOString()}>
                {shortTime(room.lastAt, Date.now(), locale)}
              </time>
            )}
          </span>
          <span class="room-under">
            <span
              class="room-last"
              dir={room.last ? dirOf(shownLanguage(room.last, chat)) : "auto"}
            >
              {room.last ? (
                <LastLine
                  message={room.last}
                  language={chat.reading.value}
                  mine={room.last.senderId === me}
                  direct={room.type === "direct"}
                />
              ) : (
                say("quietRoom")
              )}
            </span>
            {!here && room.mentions > 0 && (
              <span class="unread named" title={say("mentioned")}>
                @<span class="hidden">{say("mentioned")}</span>
              </span>
            )}
            {unread > 0 && (
              <span class="unread">
                <span aria-hidden="true">
                  {unread > UNREAD_MAX
                    ? `${numberIn(UNREAD_MAX, locale)}+`
                    : numberIn(unread, locale)}
                </span>
                <span class="hidden">{say("unread", { n: unread })}</span>
              </span>
            )}
          </span>
        </span>
      </a>
    </li>
  );
}

function shownLanguage(message: Message, { me, reading }: Chat): string {
  const { kind } = viewOf(message, reading.value);
  const told = kind === "translated" || kind === "rough";
  return told && message.senderId !== me ? reading.value : message.language;
}

interface LastProps {
  message: Message;
  language: string;
  mine: boolean;
  direct: boolean;
}

function LastLine({ message, language, mine, direct }: LastProps) {
  const { say } = useUi();
  const seen = viewOf(message, language);
  const who = mine ? say("you") : plainName(message.senderName);
  let words: ComponentChildren;
  if (seen.kind === "deleted") words = <em>{say("deleted")}</em>;
  else if (!message.content && message.files[0])
    words = <FileWords file={message.files[0]} />;
  else if (!mine && (seen.kind === "translated" || seen.kind === "rough"))
    words = <span lang={language}>{plainText(seen.text)}</span>;
  else
    words = <span lang={message.language}>{plainText(message.content)}</span>;
  return (
    <>
      {(mine || !direct) && (
        <span class="room-who">
          <bdi>{who}</bdi>:{" "}
        </span>
      )}
      <bdi>{words}</bdi>
    </>
  );
}

function FileWords({ file }: { file: FileInfo }) {
  const { say } = useUi();
  const kind = kindOf(file);
  const words = kind === "picture" || kind === "voice" ? say(kind) : "";
  return (
    <>
      <Icon name={kind === "voice" ? "mic" : "file"} />{" "}
      {words || plainName(file.name)}
    </>
  );
}
