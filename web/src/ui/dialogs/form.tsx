// A dialog with a form: its fields, what went wrong, and the way out.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { speech } from "../../words";
import { closeDialog, Modal } from "../modal";

interface NewPasswordProps {
  name?: string;
  label: string;
  value: string;
  autofocus?: boolean;
  onChange: (value: string) => void;
}

/** The field of a password that is to be; the browser may make one up. */
export function NewPassword(props: NewPasswordProps) {
  return (
    <label class="field">
      <span class="field-label">{props.label}</span>
      <input
        name={props.name ?? "password"}
        type="password"
        minLength={8}
        autocomplete="new-password"
        required
        autofocus={props.autofocus}
        value={props.value}
        onInput={(event) => props.onChange(event.currentTarget.value)}
      />
      <small>{speech.value.say("passwordHint")}</small>
    </label>
  );
}

interface Props {
  title: string;
  class?: string;
  /** What the button says that does it. */
  submit: string;
  bad?: boolean;
  /** It closes when this has worked; else it says why not. */
  run: () => Promise<void>;
  /** And then, when it has closed. */
  after?: () => void;
  /** What to say of a failure; otherwise its own words. */
  explain?: (error: unknown) => string;
  children: ComponentChildren;
}

export function FormModal(props: Props) {
  const { say } = speech.value;
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const onSubmit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    try {
      await props.run();
      closeDialog();
      props.after?.();
    } catch (error) {
      const { message } = error as Error;
      setProblem(props.explain?.(error) || message || say("didNotWork"));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal title={props.title} class={props.class ?? ""}>
      <form
        class="form"
        onSubmit={(event) => void onSubmit(event)}
        onInput={() => setProblem("")}
      >
        {props.children}
        <p class="problem" role="alert">
          {problem}
        </p>
        <div class="buttons">
          <button type="button" class="plain" onClick={closeDialog}>
            {say("cancel")}
          </button>
          <button
            type="submit"
            class={props.bad ? "primary danger" : "primary"}
            disabled={busy}
          >
            {props.submit}
          </button>
        </div>
      </form>
    </Modal>
  );
}
