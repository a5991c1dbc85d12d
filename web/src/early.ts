// The words come while the rest of the page does.
import { loadWords } from "./words";

void loadWords().catch(() => undefined);
