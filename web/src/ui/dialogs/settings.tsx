import { useEffect, useState } from "preact/hooks";
import { BASE } from "../../base";
import {
  addedBy,
  ADDERS,
  setAddedBy,
  type AddedBy,
} from "../../invitations-api";
import { hideReads, hidesReads } from "../../people-api";
import { DENSITIES, prefs, setPrefs, THEMES, type Prefs } from "../../prefs";
import { AUTO } from "../../types";
import { UI_LANGUAGES, type Key } from "../../words";
import { useUi } from "../context";
import { languageName } from "../format";
import { Icon, type IconName } from "../icons";
import { Modal, openDialog } from "../modal";
import { Avatar, Name } from "../people";
import { LanguageField } from "../language-field";
import { toast } from "../toast";
import { openAccount } from "./account";
import { openBots } from "./bots";
import { Choice } from "./choice";
import { confirmThen } from "./confirm";
import {
  download,
  openBlocked,
  openDelete,
  openPassword,
  openSessions,
} from "./mine";
import { Notifications } from "./notifications";
import { PictureField } from "./picture-field";
import { Toggle } from "./toggle";

export function openSettings(): void {
  openDialog(() => <Settings />);
}

/** The list takes the dialog's place; this one comes back after it. */
const andBack = (run: () => void) => {
  run();
  openSettings();
};

function Settings() {
  const { chat, say } = useUi();
  const user = chat.session.value?.user;
  if (!user) return null;
  const leave = () =>
    confirmThen({
      title: say("leaveAsk"),
      text: say(user.guest ? "leaveGuest" : "leaveAccount"),
      yes: say("leave"),
      no: say("stay"),
      bad: user.guest,
      run: () => chat.leave(),
    });
  return (
    <Modal title={say("settings")} class="settings">
      <PictureField
        path="/users/me/picture"
        label={say("pictureMine")}
        has={user.picture !== ""}
      >
        <Avatar id={user.id} name={user.displayName} />
      </PictureField>
      <section>
        <h3>{say("myLanguages")}</h3>
        <LanguageField
          class="reads"
          label={say("readIn")}
          value={chat.reading.value}
          reading
          onChange={(code) => andBack(() => chat.setLanguage(code))}
        />
        <LanguageField
          class="writes"
          label={say("writeIn")}
          value={chat.writing.value}
          first={{ code: AUTO, words: say("detect"), hint: say("detectMeans") }}
          onChange={(code) => andBack(() => void chat.setWriting(code))}
        />
        <UiLanguageField />
        <Switch name="both" words={say("both")} hint={say("bothMeans")} />
      </section>
      <section>
        <h3>{say("look")}</h3>
        <ThemeChoice />
        <Toggle
          words={say("contrastMore")}
          on={prefs.value.contrast === "more"}
          onChange={(on) => setPrefs({ contrast: on ? "more" : "system" })}
        />
        <Toggle
          words={say("compact")}
          on={prefs.value.density === "compact"}
          onChange={(on) => setPrefs({ density: DENSITIES[on ? 1 : 0] })}
        />
      </section>
      <section>
        <h3>{say("notify")}</h3>
        <Switch name="sound" words={say("sound")} />
        <Notifications />
      </section>
      <Privacy guest={user.guest} />
      {user.admin && (
        <a class="soft" href={`${BASE}/admin`}>
          <Icon name="shield" />
          {say("dashboard")}
        </a>
      )}
      {user.guest && (
        <button type="button" class="soft" onClick={openAccount}>
          <Icon name="people" />
          {say("register")}
        </button>
      )}
      <button type="button" class="plain leave" onClick={leave}>
        <Icon name="leave" />
        {say("leave")} (<Name name={user.displayName} />)
      </button>
    </Modal>
  );
}

function Privacy({ guest }: { guest: boolean }) {
  const { chat, say } = useUi();
  const [hidden, setHidden] = useState<boolean | null>(null);
  useEffect(() => {
    hidesReads(chat.token).then(setHidden, () => undefined);
  }, []);
  const hide = (on: boolean) => {
    setHidden(on);
    hideReads(chat.token, on).catch(() => {
      setHidden(!on);
      toast(say("didNotWork"));
    });
  };
  const save = () => download(chat.token).catch(() => toast(say("didNotWork")));
  return (
    <section>
      <h3>{say("privacy")}</h3>
      {hidden !== null && (
        <Toggle words={say("hideReads")} on={hidden} onChange={hide} />
      )}
      <AddedByChoice />
      <div class="acts">
        <Act icon="globe" words={say("sessions")} run={openSessions} />
        <Act icon="close" words={say("blocked")} run={openBlocked} />
        {!guest && (
          <>
            <Act icon="key" words={say("changePassword")} run={openPassword} />
            <Act
              icon="plug"
              words={say("bots")}
              run={() => openBots(chat.token)}
            />
          </>
        )}
        <Act icon="down" words={say("exportMine")} run={() => void save()} />
        <Act icon="trash" words={say("deleteAccount")} run={openDelete} bad />
      </div>
    </section>
  );
}

interface ActProps {
  icon: IconName;
  words: string;
  run: () => void;
  bad?: boolean;
}

function Act({ icon, words, run, bad }: ActProps) {
  return (
    <button type="button" class={bad ? "act bad" : "act"} onClick={run}>
      <Icon name={icon} />
      {words}
    </button>
  );
}

function UiLanguageField() {
  const { say } = useUi();
  const languages = UI_LANGUAGES.map((code) => ({
    code,
    name: languageName(code, "en"),
    nativeName: languageName(code, code),
    quality: {},
  }));
  return (
    <LanguageField
      label={say("interfaceIn")}
      value={prefs.value.words}
      first={{ code: "", words: say("asBrowser"), hint: "" }}
      only={languages}
      onChange={(words) => andBack(() => setPrefs({ words }))}
    />
  );
}

const THEME_WORDS: Record<Prefs["theme"], Key> = {
  system: "themeSystem",
  light: "themeLight",
  dark: "themeDark",
};

function ThemeChoice() {
  const { say } = useUi();
  return (
    <Choice
      name="theme"
      legend={say("theme")}
      options={THEMES}
      words={(theme) => say(THEME_WORDS[theme])}
      value={prefs.value.theme}
      onChange={(theme) => setPrefs({ theme })}
    />
  );
}

const ADDER_WORDS: Record<AddedBy, Key> = {
  everybody: "addedByEverybody",
  contacts: "addedByContacts",
  nobody: "addedByNobody",
};

function AddedByChoice() {
  const { chat, say } = useUi();
  const [by, setBy] = useState<AddedBy | null>(null);
  useEffect(() => {
    addedBy(chat.token).then(setBy, () => undefined);
  }, []);
  if (!by) return null;
  const change = (next: AddedBy) => {
    setBy(next);
    setAddedBy(chat.token, next).catch(() => {
      setBy(by);
      toast(say("didNotWork"));
    });
  };
  return (
    <Choice
      name="added-by"
      legend={say("whoAdds")}
      options={ADDERS}
      words={(one) => say(ADDER_WORDS[one])}
      value={by}
      onChange={change}
    />
  );
}

interface SwitchProps {
  name: "both" | "sound";
  words: string;
  hint?: string;
}

function Switch({ name, words, hint = "" }: SwitchProps) {
  return (
    <Toggle
      words={words}
      hint={hint}
      on={prefs.value[name]}
      onChange={(on) => setPrefs({ [name]: on })}
    />
  );
}
