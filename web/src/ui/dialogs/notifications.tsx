// The switch of this device's notifications, and what they say.
import { useEffect, useState } from "preact/hooks";
import { askToNotify, canNotify } from "../../notify";
import { prefs, setPrefs } from "../../prefs";
import {
  canPush,
  pushed,
  startPush,
  stopPush,
  type Pushed,
} from "../../push-api";
import { useUi } from "../context";
import { toast } from "../toast";
import { Toggle } from "./toggle";

const NOTHING_MORE: Pushed = { allRooms: false, quiet: false };

export function Notifications() {
  const { chat, say } = useUi();
  const [push, setPush] = useState<Pushed | null>(null);
  useEffect(() => {
    if (canPush()) pushed(chat.token).then(setPush, () => undefined);
  }, []);
  const words = { said: say("pushSaid"), file: say("pushFile") };
  const start = async (wanted: Pushed) => {
    await startPush(chat.token, wanted, words);
    setPush(wanted);
    setPrefs({ notify: false }); // the worker does it, also beside a page
  };
  const on = async () => {
    if (!(await askToNotify())) {
      toast(say("notifyBlocked"));
      return;
    }
    await start(NOTHING_MORE).catch(() => setPrefs({ notify: true }));
  };
  const off = async () => {
    setPrefs({ notify: false });
    if (push) await stopPush(chat.token);
    setPush(null);
  };
  const run = (work: Promise<void>) =>
    void work.catch(() => toast(say("didNotWork")));
  if (!canNotify()) return <p class="hint">{say("notifyNever")}</p>;
  return (
    <>
      <Toggle
        words={say("notify")}
        hint={prefs.value.notify ? say("pushNot") : say("pushMeans")}
        on={push !== null || prefs.value.notify}
        onChange={(wanted) => run(wanted ? on() : off())}
      />
      {push && (
        <>
          <Toggle
            words={say("pushAll")}
            hint={say("pushAllMeans")}
            on={push.allRooms}
            onChange={(allRooms) => run(start({ ...push, allRooms }))}
          />
          <Toggle
            words={say("pushQuiet")}
            hint={say("pushQuietMeans")}
            on={push.quiet}
            onChange={(quiet) => run(start({ ...push, quiet }))}
          />
        </>
      )}
    </>
  );
}
