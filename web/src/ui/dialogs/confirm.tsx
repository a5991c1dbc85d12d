// A question before something that cannot be undone.
import { speech } from "../../words";
import { closeDialog, Modal, openDialog } from "../modal";

interface Question {
  title: string;
  text?: string;
  yes: string;
  no?: string;
  bad?: boolean;
  run: () => void | Promise<void>;
}

export function confirmThen(question: Question): void {
  openDialog(() => <Confirm {...question} />);
}

function Confirm({ title, text, yes, no, bad, run }: Question) {
  const { say } = speech.value;
  return (
    <Modal title={title} class="confirm">
      {text && <p class="confirm-text">{text}</p>}
      <div class="buttons">
        <button type="button" class="plain" onClick={closeDialog}>
          {no ?? say("cancel")}
        </button>
        <button
          type="button"
          class={bad ? "primary danger" : "primary"}
          onClick={() => {
            closeDialog();
            void run();
          }}
        >
          {yes}
        </button>
      </div>
    </Modal>
  );
}
