// Leaving a room, after a question.
import type { ApiError } from "../../api";
import type { Chat } from "../../chat";
import type { Room } from "../../room";
import { uiNow } from "../context";
import { toast } from "../toast";
import { confirmThen } from "./confirm";

export function openLeave(chat: Chat, room: Room, title: string): void {
  const { say } = uiNow(chat);
  confirmThen({
    title: say("leaveRoomAsk", { room: title }),
    yes: say("leaveRoom"),
    bad: true,
    run: () =>
      chat
        .leaveRoom(room.id)
        .catch((error: ApiError) =>
          toast(say(error.status === 409 ? "ownerStays" : "didNotWork")),
        ),
  });
}
