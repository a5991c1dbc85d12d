// What can be done with a message.
import type { Chat } from "../chat";
import { pathOf } from "../route";
import { viewOf } from "../store/view";
import { atLeast } from "../roles";
import type { Message } from "../types";
import type { Talk } from "../room";
import { uiNow, type Ui } from "./context";
import { intent } from "./conversation";
import { confirmThen } from "./dialogs/confirm";
import { QuickReactions } from "./emoji";
import { openForward, openHistory, openReport } from "./dialogs/about-message";
import { openSuggest } from "./dialogs/corrections";
import { openMenu, placeOf, type Action } from "./menu";
import { textFor } from "./message";
import { openThread } from "./thread-line";
import { toast } from "./toast";

export interface About {
  message: Message;
  room: Talk;
  mine: boolean;
  flipped: boolean;
  flip: () => void;
}

export function openActions(
  chat: Chat,
  about: About,
  event?: MouseEvent,
): void {
  const ui = uiNow(chat);
  const { message } = about;
  openMenu({
    title: ui.say("actions"),
    actions: actionsFor(ui, about),
    at: placeOf(event),
    children: <QuickReactions message={message} />,
  });
}

function actionsFor(ui: Ui, about: About): Action[] {
  const { message, mine } = about;
  const { root } = about.room;
  const moderates = atLeast(
    ui.chat.rooms.get(about.room.id)?.role ?? "",
    "moderator",
  );
  return [
    {
      words: ui.say("reply"),
      icon: "reply",
      run: () => (intent.value = { kind: "reply", message, root }),
    },
    ...(root ? [] : [threadAction(ui, message)]),
    ...translationActions(ui, about),
    ...copyActions(ui, about),
    {
      words: ui.say("forward"),
      icon: "forward",
      run: () => openForward(message),
    },
    ...(moderates ? [pinAction(ui, message)] : []),
    ...(message.edited && (mine || moderates)
      ? [
          {
            words: ui.say("history"),
            icon: "later",
            run: () => openHistory(message),
          } satisfies Action,
        ]
      : []),
    ...(mine
      ? [
          {
            words: ui.say("edit"),
            icon: "edit",
            run: () => (intent.value = { kind: "edit", message, root }),
          } satisfies Action,
        ]
      : []),
    ...(mine
      ? []
      : [
          {
            words: ui.say("report"),
            icon: "flag",
            run: () => openReport(message),
          } satisfies Action,
        ]),
    ...(mine || moderates ? [deleteAction(ui, message)] : []),
  ];
}

function threadAction({ chat, say }: Ui, message: Message): Action {
  const root = message.threadId || message.id;
  const run = () => {
    const room = chat.room.peek();
    if (room) openThread(room, root);
  };
  return { words: say("replyInThread"), icon: "thread", run };
}

function translationActions({ chat, say }: Ui, about: About): Action[] {
  const { message, room, mine, flip, flipped } = about;
  if (mine) return [];
  const { kind } = viewOf(message, chat.reading.peek());
  const suggest: Action = {
    words: say("suggest"),
    icon: "pen",
    run: () => openSuggest(message),
  };
  const info = chat.rooms.get(message.room);
  // Of two nobody decides.
  const better =
    info && info.type !== "direct" && atLeast(info.role, "member")
      ? [suggest]
      : [];
  if (kind === "translated")
    return [
      {
        words: say(flipped ? "showTranslation" : "showOriginal"),
        icon: "swap",
        run: flip,
      },
      ...better,
    ];
  if (kind === "rough") return better;
  if (kind !== "failed") return [];
  const again = () => room.translateAgain(message);
  return [
    { words: say("translateAgain"), icon: "globe", run: again },
    ...better,
  ];
}

function copyActions({ chat, say }: Ui, { message }: About): Action[] {
  const copied = (text: string) => () =>
    void navigator.clipboard
      ?.writeText(text)
      .then(() => toast(say("copied")))
      .catch(() => toast(say("didNotWork")));
  const text = textFor(message, chat.reading.peek(), chat.me);
  return [
    { words: say("copy"), icon: "copy", run: copied(text) },
    { words: say("copyLink"), icon: "link", run: copied(linkTo(message)) },
  ];
}

function pinAction({ chat, say }: Ui, message: Message): Action {
  return {
    words: say(message.pinned ? "unpin" : "pin"),
    icon: "pin",
    run: async () => {
      const done = await chat.pin(message, !message.pinned);
      if (!done) toast(say("didNotWork"));
    },
  };
}

function deleteAction({ chat, say }: Ui, message: Message): Action {
  const run = async () => {
    if (!(await chat.remove(message))) toast(say("didNotWork"));
  };
  return {
    words: say("delete"),
    icon: "trash",
    bad: true,
    run: () =>
      confirmThen({
        title: say("deleteAsk"),
        yes: say("delete"),
        bad: true,
        run,
      }),
  };
}

function linkTo({ room, seq }: Message): string {
  const path = pathOf({ name: "room", id: room, at: String(seq) });
  return location.origin + path;
}
