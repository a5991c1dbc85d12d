// What can be done about somebody in a room.
import type { Chat } from "../chat";
import { atLeast, ROLE_WORDS } from "../roles";
import type { Room } from "../room";
import type { Member, Role, RoomInfo } from "../types";
import { uiNow, type Ui } from "./context";
import { confirmThen } from "./dialogs/confirm";
import { openMenu, placeOf, type Action } from "./menu";
import { toast } from "./toast";

const MUTE_SECONDS = 3600;

interface Who {
  room: Room;
  info: RoomInfo;
  member: Member;
}

export function openMemberMenu(chat: Chat, who: Who, event: MouseEvent): void {
  const ui = uiNow(chat);
  openMenu({
    title: who.member.name,
    actions: actionsOn(ui, who.room, who.info, who.member),
    at: placeOf(event),
  });
}

/** Those that the gateway would allow me. */
function actionsOn(ui: Ui, room: Room, info: RoomInfo, who: Member): Action[] {
  const { chat, say } = ui;
  const write: Action = {
    words: say("writeTo", { who: who.name }),
    icon: "pen",
    run: () =>
      void chat.writeTo(who.id).then(
        (asked) => asked && toast(say("askedFirst", { who: who.name })),
        () => toast(say("didNotWork")),
      ),
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
