// The page of who runs the server, a bundle of its own.
import { render } from "preact";
import { prefs, wearPrefs } from "../prefs";
import { loadAllWords, loadWords, speech } from "../words";
import { Dashboard } from "./dashboard";
import { claimHere, keepLooking, watchSection } from "./state";
import { loadAdminWords, tell } from "./words";
import { toast } from "../ui/toast";

async function start(): Promise<void> {
  wearPrefs();
  watchSection();
  await loadAllWords().catch(() => undefined);
  await loadAdminWords();
  prefs.subscribe(() => void loadWords().then(loadAdminWords));
  const { language, dir } = speech.peek();
  document.documentElement.lang = language;
  document.documentElement.dir = dir;
  document.title = tell.peek()("title");
  const root = document.getElementById("app");
  if (root) render(<Dashboard />, root);
  const claimed = await claimHere();
  if (claimed !== null) toast(tell.peek()(claimed ? "claimed" : "claimFailed"));
  keepLooking();
}

void start();
