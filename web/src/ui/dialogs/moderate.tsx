// What a room's moderators and admins see of it: reports, bans, its words.
import { useState } from "preact/hooks";
import * as people from "../../people-api";
import type { Term } from "../../people-api";
import { listReports, resolveReport, type Report } from "../../reports";
import type { RoomInfo } from "../../types";
import { atLeast } from "../../roles";
import { useUi } from "../context";
import { languageName } from "../format";
import { IconButton } from "../icons";
import { Modal, openDialog } from "../modal";
import { ReportList } from "../report-list";
import { toast } from "../toast";
import { AddButton } from "./add-button";
import { FormModal } from "./form";
import { PeopleModal, useList } from "./mine";

const TERM_MAX = 100;
/** Of the room's languages, those that most people read. */
const LANGUAGES_MAX = 6;

export function openReports(room: RoomInfo): void {
  openDialog(() => <Reports room={room} />);
}

function Reports({ room }: { room: RoomInfo }) {
  const { chat, say } = useUi();
  const [list, setList] = useList<Report>(() =>
    listReports(chat.token, room.id, ""),
  );
  return (
    <Modal title={say("reports")} class="listing">
      {list && (
        <ReportList
          reports={list}
          onResolve={async (report, outcome) => {
            try {
              await resolveReport(chat.token, report, outcome);
              setList(list.filter((one) => one !== report));
            } catch {
              toast(say("didNotWork"));
            }
          }}
        />
      )}
    </Modal>
  );
}

export function openBanned(room: RoomInfo): void {
  openDialog(() => <Banned room={room} />);
}

function Banned({ room }: { room: RoomInfo }) {
  const { chat, say } = useUi();
  return (
    <PeopleModal
      title={say("bannedPeople")}
      none={say("noBanned")}
      act={say("letIn")}
      read={() => people.listBanned(chat.token, room.id)}
      run={({ id }) => people.unban(chat.token, room.id, id)}
    />
  );
}

// ---- the words of the room ----

export function openGlossary(room: RoomInfo): void {
  openDialog(() => <Glossary room={room} />);
}

function Glossary({ room }: { room: RoomInfo }) {
  const { chat, say, locale } = useUi();
  const [list, setList] = useList<Term>(() =>
    people.glossary(chat.token, room.id),
  );
  const mayChange = atLeast(room.role, "admin");
  const remove = async (term: Term) => {
    const rest = list?.filter((one) => one !== term) ?? [];
    try {
      setList(await people.setGlossary(chat.token, room.id, rest));
    } catch {
      toast(say("didNotWork"));
    }
  };
  const edit = (term: Term | null) =>
    openDialog(() => <TermForm room={room} list={list ?? []} term={term} />);
  return (
    <Modal title={say("glossary")} class="listing">
      <p class="confirm-text">{say("glossaryMeans")}</p>
      {list?.length === 0 && <p class="none-found">{say("glossaryNone")}</p>}
      <ul class="terms">
        {list?.map((term) => (
          <li key={`${term.language}:${term.term}`}>
            <span class="term-words">
              <b>
                <bdi>{term.term}</bdi>
              </b>
              {Object.entries(term.translations).map(([code, word]) => (
                <span key={code}>
                  {languageName(code, locale)}: <bdi lang={code}>{word}</bdi>
                </span>
              ))}
            </span>
            {mayChange && (
              <>
                <IconButton
                  icon="edit"
                  label={`${say("edit")}: ${term.term}`}
                  onClick={() => edit(term)}
                />
                <IconButton
                  icon="trash"
                  label={`${say("delete")}: ${term.term}`}
                  onClick={() => void remove(term)}
                />
              </>
            )}
          </li>
        ))}
      </ul>
      {mayChange && list && (
        <AddButton words={say("addTerm")} onClick={() => edit(null)} />
      )}
    </Modal>
  );
}

interface TermProps {
  room: RoomInfo;
  list: readonly Term[];
  /** The one that is changed; null: a new one. */
  term: Term | null;
}

function TermForm({ room, list, term }: TermProps) {
  const { chat, say, locale } = useUi();
  const [word, setWord] = useState(term?.term ?? "");
  const [into, setInto] = useState(term?.translations ?? {});
  const read = Object.entries(room.languages).sort((a, b) => b[1] - a[1]);
  const codes = [
    ...new Set([
      chat.reading.value,
      ...Object.keys(term?.translations ?? {}),
      ...read.slice(0, LANGUAGES_MAX).map(([code]) => code),
    ]),
  ];
  const save = async () => {
    const filled = Object.entries(into).filter(([, text]) => text.trim());
    const next: Term = {
      term: word.trim(),
      language: term?.language ?? "",
      translations: Object.fromEntries(filled),
    };
    const rest = list.filter((one) => one !== term && one.term !== next.term);
    await people.setGlossary(chat.token, room.id, [...rest, next]);
  };
  return (
    <FormModal
      title={say("glossary")}
      submit={say("save")}
      run={save}
      after={() => openGlossary(room)}
    >
      <label class="field">
        <span class="field-label">{say("term")}</span>
        <input
          name="term"
          dir="auto"
          maxLength={TERM_MAX}
          required
          autofocus
          value={word}
          onInput={(event) => setWord(event.currentTarget.value)}
        />
      </label>
      {codes.map((code) => (
        <label key={code} class="field">
          <span class="field-label">{languageName(code, locale)}</span>
          <input
            name={code}
            lang={code}
            dir="auto"
            maxLength={TERM_MAX}
            placeholder={word}
            value={into[code] ?? ""}
            onInput={(event) =>
              setInto({ ...into, [code]: event.currentTarget.value })
            }
          />
        </label>
      ))}
    </FormModal>
  );
}
