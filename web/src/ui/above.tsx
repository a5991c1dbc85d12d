// What stands above the field now and then: the message that is answered or
// edited, names to choose from, files that go along.
import type { Attachments } from "./attach";
import { useUi } from "./context";
import type { Intent } from "./conversation";
import { dirOf, plainName, plainText, sizeOf } from "./format";
import { Icon, IconButton } from "./icons";
import type { Mention } from "./mention";
import { textFor } from "./message";
import { Avatar, Name } from "./people";

export function About(props: { about: Intent; onForget: () => void }) {
  const { chat, say } = useUi();
  const { kind, message } = props.about;
  const text =
    kind === "edit"
      ? message.content
      : textFor(message, chat.reading.value, chat.me);
  const who = plainName(message.senderName);
  return (
    <div class="about">
      <Icon name={kind === "edit" ? "edit" : "reply"} />
      <span class="about-words">
        <span class="about-who">
          {kind === "edit" ? say("editing") : say("replyTo", { who })}
        </span>
        <span class="about-text" dir={dirOf(message.language)}>
          {plainText(text)}
        </span>
      </span>
      <IconButton icon="close" label={say("cancel")} onClick={props.onForget} />
    </div>
  );
}

export function Mentions({ mention }: { mention: Mention }) {
  const { say } = useUi();
  const { found, at, choose } = mention;
  return (
    <ul
      class="mentions"
      id="mentions"
      role="listbox"
      aria-label={say("members")}
    >
      {found.map((member, i) => (
        <li
          key={member.id}
          role="option"
          aria-selected={i === at}
          class={`option ${i === at ? "at" : ""}`}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => choose(member)}
        >
          <Avatar id={member.id} name={member.name} />
          <span class="option-name">
            <Name name={member.name} />
          </span>
          {!member.guest && (
            <span class="option-other">@{member.username}</span>
          )}
        </li>
      ))}
    </ul>
  );
}

export function Strip({ files }: { files: Attachments }) {
  const { say, locale } = useUi();
  return (
    <ul class="strip">
      {files.list.map(({ key, name, bytes, preview, part, sent, problem }) => (
        <li key={key} class={problem ? "bad" : ""}>
          {preview ? <img src={preview} alt="" /> : <Icon name="file" />}
          <span class="strip-words">
            <bdi class="file-name">{name}</bdi>
            <small role="status">{problem || sizeOf(bytes, locale)}</small>
            {!sent && !problem && (
              <progress max={1} value={part} aria-label={name} />
            )}
          </span>
          <IconButton
            icon="close"
            label={say("removeFile", { name })}
            onClick={() => files.remove(key)}
          />
        </li>
      ))}
    </ul>
  );
}
