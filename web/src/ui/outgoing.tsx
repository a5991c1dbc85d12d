import type { Outgoing } from "../types";
import { useUi } from "./context";
import { Time } from "./message";
import { Text } from "./text";
import type { Key } from "../strings";

function failureKey(reason: string): Key {
  return reason === "TOO_LARGE" ? "notSentLong" : "notSent";
}

interface Props {
  outgoing: Outgoing;
  online: boolean;
}

export function OutgoingBubble({ outgoing, online }: Props) {
  const { chat, say } = useUi();
  const { clientId, content, language, state, reason, createdAt } = outgoing;
  const failed = state === "failed";
  return (
    <div class={`bubble outgoing ${state}`} data-outgoing={clientId}>
      <Text text={content} language={language} />
      <div class="meta">
        {failed ? (
          <span class="origin">
            <span class="failure" role="alert" title={reason}>
              {say(failureKey(reason))}
            </span>
            <button
              type="button"
              class="link"
              onClick={() => chat.sendAgain(clientId)}
            >
              {say("again")}
            </button>
            <button
              type="button"
              class="link"
              onClick={() => chat.drop(clientId)}
            >
              {say("drop")}
            </button>
          </span>
        ) : (
          <span class="progress">
            {online ? say("sending") : say("waiting")}
          </span>
        )}
        <span class="stamp">
          <Time at={createdAt} />
        </span>
      </div>
    </div>
  );
}
