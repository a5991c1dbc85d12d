// Who is in the room, what they read.
import { useEffect } from "preact/hooks";
import type { Room } from "../room";
import { ROLE_WORDS } from "../roles";
import type { RoomInfo } from "../types";
import { useUi } from "./context";
import { languageName } from "./format";
import { IconButton } from "./icons";
import { withDialogs } from "./open";
import { Avatar, Name } from "./people";

export function Members({ room, info }: { room: Room; info: RoomInfo }) {
  const { chat, say, locale } = useUi();
  const members = room.members.value;
  useEffect(() => void room.loadMembers(), [room]);
  if (members.length === 0) return null;
  return (
    <section>
      <h3>{say("members")}</h3>
      <ul class="people">
        {members.map((member) => (
          <li key={member.id} class="person">
            <Avatar id={member.id} name={member.name} />
            <span class="person-words">
              <span class="person-name">
                <Name name={member.name} />
                {member.guest && <span class="guest-mark">{say("guest")}</span>}
                {member.bot && <span class="guest-mark">{say("bot")}</span>}
                {member.role !== "member" && (
                  <span class="role">{say(ROLE_WORDS[member.role])}</span>
                )}
              </span>
              {!member.bot && (
                <span class="person-under">
                  {say("reads", {
                    language: languageName(member.language, locale),
                  })}
                </span>
              )}
            </span>
            {member.id !== chat.me && (
              <IconButton
                icon="more"
                label={`${say("actions")}: ${member.name}`}
                onClick={(event) =>
                  withDialogs((m) =>
                    m.openMemberMenu(chat, { room, info, member }, event),
                  )
                }
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
