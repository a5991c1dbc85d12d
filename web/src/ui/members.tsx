// Who is in the room, what they read, and what may be done about them.
import { useEffect } from "preact/hooks";
import type { Room } from "../room";
import type { Member, Role, RoomInfo } from "../types";
import type { Key } from "../words";
import { atLeast } from "./actions";
import { useUi, type Ui } from "./context";
import { confirmThen } from "./dialogs/confirm";
import { languageName } from "./format";
import { IconButton } from "./icons";
import { openMenu, placeOf, type Action } from "./menu";
import { Avatar, Name } from "./people";
import { toast } from "./toast";

const ROLE_WORDS: Record<Role, Key> = {
  owner: "roleOwner",
  admin: "roleAdmin",
  moderator: "roleModerator",
  member: "roleMember",
  reader: "roleReader",
};
const MUTE_SECONDS = 3600;

export function Members({ room, info }: { room: Room; info: RoomInfo }) {
  const ui = useUi();
  const { chat, say, locale } = ui;
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
              <span class="person-under">
                {say("reads", {
                  language: languageName(member.language, locale),
                })}
              </span>
            </span>
            {member.id !== chat.me && (
              <IconButton
                icon="more"
                label={`${say("actions")}: ${member.name}`}
                onClick={(event) =>
                  openMenu({
                    title: member.name,
                    actions: actionsOn(ui, room, info, member),
                    at: placeOf(event),
                  })
                }
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Those that the gateway would allow me. */
function actionsOn(ui: Ui, room: Room, info: RoomInfo, who: Member): Action[] {
  const { chat, say } = ui;
  const write: Action = {
    words: say("writeTo", { who: who.name }),
    icon: "pen",
    run: () => void chat.writeTo(who.id).catch(() => toast(say("didNotWork"))),
  };
  const block: Action = {
    words: say("block"),
    icon: "close",
    run: () =>
      confirmThen({
        title: say("blockAsk", { who: who.name }),
        text: say("blockMeans"),
        yes: say("block"),
        bad: true,
        run: async () => {
          if (!(await chat.ask("block:add", { userId: who.id })))
            toast(say("didNotWork"));
        },
      }),
  };
  const direct = info.type === "direct" ? [block] : [write, block];
  const above = !atLeast(who.role, info.role);
  if (!above || !atLeast(info.role, "moderator")) return direct;
  const ask =
    (event: string, more = {}) =>
    async () => {
      const payload = { conversationId: room.id, userId: who.id, ...more };
      if (!(await chat.ask(event, payload))) toast(say("didNotWork"));
      void room.loadMembers();
    };
  const muted = who.mutedUntil > Date.now();
  const moderate: Action[] = [
    {
      words: say(muted ? "unmute" : "mute"),
      icon: "bell",
      run: ask("member:mute", { seconds: muted ? 0 : MUTE_SECONDS }),
    },
    { words: say("putOut"), icon: "leave", run: ask("member:remove") },
    {
      words: say("ban"),
      icon: "close",
      bad: true,
      run: () =>
        confirmThen({
          title: say("banAsk", { who: who.name }),
          yes: say("ban"),
          bad: true,
          run: ask("member:ban"),
        }),
    },
  ];
  return [...direct, ...roleActions(ui, info, who, ask), ...moderate];
}

type Ask = (event: string, more?: object) => () => Promise<void>;

function roleActions({ say }: Ui, info: RoomInfo, who: Member, ask: Ask) {
  const roles: Role[] = ["admin", "moderator", "member", "reader"];
  const actions: Action[] = roles
    .filter((role) => role !== who.role && !atLeast(role, info.role))
    .map((role) => ({
      words: `${say("roleOf")}: ${say(ROLE_WORDS[role])}`,
      icon: "people",
      run: ask("member:role", { role }),
    }));
  const give: Action = {
    words: say("give"),
    icon: "swap",
    run: ask("conversation:give"),
  };
  return info.role === "owner" ? [...actions, give] : actions;
}
