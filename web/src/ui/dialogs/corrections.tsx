// A better translation is proposed by a reader and accepted by a moderator;
// from then on the room has it.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import * as api from "../../corrections";
import type { Correction } from "../../corrections";
import { viewOf } from "../../store/view";
import type { Message, RoomInfo } from "../../types";
import { atLeast } from "../../roles";
import { useUi } from "../context";
import {
  dirOf,
  languageName,
  plainName,
  plainText,
  shortTime,
} from "../format";
import { Icon } from "../icons";
import { Modal, openDialog } from "../modal";
import { toast } from "../toast";
import { FormModal } from "./form";
import { useList } from "./mine";

/** The gateway has the last word. */
const TEXT_MAX = 8000;

export function openSuggest(message: Message): void {
  openDialog(() => <Suggest message={message} />);
}

function Suggest({ message }: { message: Message }) {
  const { chat, say, locale } = useUi();
  const language = chat.reading.value;
  const view = viewOf(message, language);
  const shown = "text" in view ? view.text : "";
  const [text, setText] = useState(shown);
  const role = chat.rooms.get(message.room)?.role ?? "";
  const decides = atLeast(role, "moderator");
  const run = async () => {
    const better = text.trim();
    if (!better || better === shown) return;
    const id = await api.propose(chat.token, message.id, language, better);
    if (decides)
      await api.resolveCorrection(chat.token, message.room, id, "accepted");
    toast(say(decides ? "corrected" : "suggested"));
  };
  return (
    <FormModal title={say("suggest")} submit={say("save")} run={run}>
      <Words label={languageName(message.language, locale)}>
        <blockquote dir={dirOf(message.language)} lang={message.language}>
          {plainText(message.content)}
        </blockquote>
      </Words>
      <label class="field">
        <span class="field-label">{languageName(language, locale)}</span>
        <textarea
          name="better"
          rows={3}
          lang={language}
          dir={dirOf(language)}
          maxLength={TEXT_MAX}
          required
          autofocus
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <small>{say(decides ? "suggestAtOnce" : "suggestMeans")}</small>
      </label>
    </FormModal>
  );
}

interface WordsProps {
  label: string;
  children: ComponentChildren;
}

function Words({ label, children }: WordsProps) {
  return (
    <div class="said">
      <p class="field-label">{label}</p>
      {children}
    </div>
  );
}

export function openCorrections(room: RoomInfo): void {
  openDialog(() => <Corrections room={room} />);
}

const OUTCOMES = ["dismissed", "accepted"] as const;

function Corrections({ room }: { room: RoomInfo }) {
  const { chat, say } = useUi();
  const [list, setList] = useList<Correction>(() =>
    api.listCorrections(chat.token, room.id),
  );
  const resolve = async (
    one: Correction,
    outcome: (typeof OUTCOMES)[number],
  ) => {
    try {
      await api.resolveCorrection(chat.token, room.id, one.id, outcome);
      setList(list?.filter((other) => other !== one) ?? null);
    } catch {
      toast(say("didNotWork"));
    }
  };
  return (
    <Modal title={say("corrections")} class="listing">
      {list?.length === 0 && <p class="none-found">{say("noCorrections")}</p>}
      <ul class="reports">
        {list?.map((one) => (
          <li key={one.id}>
            <Proposal one={one} />
            <div class="buttons">
              {OUTCOMES.map((outcome) => (
                <button
                  key={outcome}
                  type="button"
                  class={outcome === "accepted" ? "soft" : "plain"}
                  onClick={() => void resolve(one, outcome)}
                >
                  {outcome === "accepted" && <Icon name="check" />}
                  {say(outcome === "accepted" ? "accept" : "dismiss")}
                </button>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </Modal>
  );
}

function Proposal({ one }: { one: Correction }) {
  const { say, locale } = useUi();
  const texts = [
    {
      label: languageName(one.source, locale),
      text: one.content,
      lang: one.source,
    },
    ...(one.shown
      ? [{ label: say("shownNow"), text: one.shown, lang: one.target }]
      : []),
    {
      label: `${say("proposed")}: ${languageName(one.target, locale)}`,
      text: one.text,
      lang: one.target,
    },
  ];
  return (
    <>
      <p class="report-head">
        <b>
          <bdi>{plainName(one.proposerName)}</bdi>
        </b>{" "}
        <time>{shortTime(one.at, Date.now(), locale)}</time>
      </p>
      {texts.map(({ label, text, lang }) => (
        <Words key={label} label={label}>
          <blockquote dir={dirOf(lang)} lang={lang}>
            {plainText(text)}
          </blockquote>
        </Words>
      ))}
    </>
  );
}
