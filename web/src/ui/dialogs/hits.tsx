// Messages in a list; a click goes to where one was said.
import { toRoom } from "../../route";
import type { Message } from "../../types";
import { useUi } from "../context";
import { plainText, shortTime } from "../format";
import { textFor } from "../message";
import { closeDialog } from "../modal";
import { Avatar, Name } from "../people";

export function Hits({ messages }: { messages: Message[] }) {
  const { chat, locale } = useUi();
  return (
    <ul class="options">
      {messages.map((message) => (
        <li key={message.id}>
          <button
            type="button"
            class="option hit"
            onClick={() => {
              closeDialog();
              toRoom(message.room, String(message.seq));
            }}
          >
            <Avatar id={message.senderId} name={message.senderName} />
            <span class="hit-words">
              <b>
                <Name name={message.senderName} />
              </b>{" "}
              <time>{shortTime(message.createdAt, Date.now(), locale)}</time>
              <span dir="auto">
                {plainText(textFor(message, chat.reading.value, chat.me))}
              </span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
