import { useUi } from "./context";
import { dirOf, plainName } from "./format";
import { Icon } from "./icons";
import { marksOf, Time, type SaidRow } from "./message";
import { isEmoji, Text } from "./text";

/** A message of mine on its way. */
export function OutgoingBubble({ row }: { row: SaidRow }) {
  const { chat, say } = useUi();
  const outgoing = chat.outbox.list.value.find(
    (o) => o.clientId === row.entry.id,
  );
  if (!outgoing) return null;
  const { clientId, content, language, state, reason, createdAt } = outgoing;
  const online = chat.state.value === "online";
  const words = say(online ? "sending" : "waiting");
  return (
    <article class={marksOf(row)} data-outgoing={clientId}>
      <div
        class={`bubble outgoing ${state} ${isEmoji(content) ? "emoji" : ""}`}
      >
        {outgoing.files.map(({ id, name }) => (
          <p key={id} class="file-card">
            <Icon name="file" />
            <bdi class="file-name">{plainName(name)}</bdi>
          </p>
        ))}
        <div class="body" dir={dirOf(language)}>
          {content && <Text text={content} language={language} />}
          <span class="meta">
            <Time at={createdAt} />
            {state !== "failed" && (
              <span class="progress" title={words}>
                <Icon name="later" />
                <span class="hidden">{words}</span>
              </span>
            )}
          </span>
        </div>
        {state === "failed" && (
          <div class="failure" role="alert" title={reason}>
            <span>
              {say(reason === "TOO_LARGE" ? "notSentLong" : "notSent")}
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
          </div>
        )}
      </div>
    </article>
  );
}
