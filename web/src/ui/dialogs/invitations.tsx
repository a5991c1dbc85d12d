// Who wants me in which room: yes, no, or never again.
import * as api from "../../invitations-api";
import type { Invitation } from "../../invitations-api";
import { block } from "../../people-api";
import { toRoom } from "../../route";
import { useUi } from "../context";
import { plainName } from "../format";
import { closeDialog, Modal, openDialog } from "../modal";
import { Avatar } from "../people";
import { toast } from "../toast";
import { useList } from "./mine";

export function openInvitations(): void {
  openDialog(() => <Invitations />);
}

function Invitations() {
  const { chat, say } = useUi();
  const [list, setList] = useList<Invitation>(() =>
    api.listInvitations(chat.token),
  );
  /** An answer, after which those that `gone` names wait no more. */
  const answer = async (
    run: () => Promise<void>,
    gone: (one: Invitation) => boolean,
  ) => {
    try {
      await run();
      setList(list?.filter((one) => !gone(one)) ?? null);
      return true;
    } catch {
      toast(say("didNotWork"));
      return false;
    }
  };
  const accept = async ({ room }: Invitation) => {
    const run = () => api.accept(chat.token, room);
    if (!(await answer(run, (one) => one.room === room))) return;
    closeDialog();
    toRoom(room);
  };
  return (
    <Modal title={say("invitations", { n: list?.length ?? 0 })} class="listing">
      <ul class="people">
        {list?.map((one) => {
          const { room, inviterId } = one;
          const who = plainName(one.inviterName);
          return (
            <li key={room} class="person invitation">
              <Avatar id={inviterId} name={one.inviterName} />
              <span class="person-words">
                <bdi>
                  {one.direct
                    ? say("asksToTalk", { who })
                    : say("asksInto", { who, room: plainName(one.title) })}
                </bdi>
              </span>
              <span class="answers">
                <button
                  type="button"
                  class="primary"
                  onClick={() => void accept(one)}
                >
                  {say("accept")}
                </button>
                <button
                  type="button"
                  class="quiet"
                  onClick={() =>
                    void answer(
                      () => api.decline(chat.token, room),
                      (other) => other.room === room,
                    )
                  }
                >
                  {say("decline")}
                </button>
                <button
                  type="button"
                  class="quiet"
                  onClick={() =>
                    void answer(
                      () => block(chat.token, inviterId),
                      (other) => other.inviterId === inviterId,
                    )
                  }
                >
                  {say("block")}
                </button>
              </span>
            </li>
          );
        })}
      </ul>
    </Modal>
  );
}
