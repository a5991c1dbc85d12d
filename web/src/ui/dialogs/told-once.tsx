// What the gateway tells once: a token, a secret, an address that has one.
import { speech } from "../../words";
import { Copyable } from "../copyable";
import { closeDialog, Modal, openDialog } from "../modal";

interface Told {
  title: string;
  label: string;
  value: string;
  /** What to do with it. */
  text?: string;
  /** When it has been noted. */
  after: () => void;
}

export function tellOnce(told: Told): void {
  openDialog(() => <Once {...told} />);
}

function Once({ title, label, value, text, after }: Told) {
  const { say } = speech.value;
  return (
    <Modal title={title}>
      {text && <p class="confirm-text">{text}</p>}
      <div>
        <span class="field-label">{label}</span>
        <Copyable label={label} value={value} />
      </div>
      <p class="once">{say("toldOnce")}</p>
      <div class="buttons">
        <button
          type="button"
          class="primary"
          onClick={() => {
            closeDialog();
            after();
          }}
        >
          {say("noted")}
        </button>
      </div>
    </Modal>
  );
}
