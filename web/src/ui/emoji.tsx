// Emoji to react with: a few at hand, the common ones behind them.
import type { Message } from "../types";
import { useUi } from "./context";
import { Icon } from "./icons";
import { closeDialog, Modal, openDialog } from "./modal";

const FEW = ["👍", "❤️", "😂", "😮", "😢", "🎉"];
const COMMON = [
  ..."😀😄😁😅🤣😊😇🙂😉😍😘😋😜🤔🤨😐😏🙄😬😌😴🤒🥳😎🤓😕😟😲🥺😥😭😱😤😡",
  ..."👏🙌🙏🤝👌✌🤞💪👋👎👀💯🔥✨⭐🌈☀🌙💡✅❌❓❗💔💛💚💙💜🖤🎂🎁🏆⚽🎵🍕🍺☕🌹🌍🚀🏠📷📌📎",
];

interface Props {
  message: Message;
}

export function QuickReactions({ message }: Props) {
  const { chat, say } = useUi();
  const react = (emoji: string) => {
    closeDialog();
    void chat.react(message, emoji);
  };
  return (
    <div class="quick" role="group" aria-label={say("react")}>
      {FEW.map((emoji) => (
        <button key={emoji} type="button" onClick={() => react(emoji)}>
          {emoji}
        </button>
      ))}
      <button
        type="button"
        aria-label={say("loadMore")}
        onClick={() => openDialog(() => <EmojiList message={message} />)}
      >
        <Icon name="plus" />
      </button>
    </div>
  );
}

function EmojiList({ message }: Props) {
  const { chat, say } = useUi();
  return (
    <Modal title={say("react")} class="emoji-list">
      <div class="emoji-grid">
        {COMMON.map((emoji) => (
          <button
            key={emoji}
            type="button"
            onClick={() => {
              closeDialog();
              void chat.react(message, emoji);
            }}
          >
            {emoji}
          </button>
        ))}
      </div>
    </Modal>
  );
}
