// A guest becomes an account, in one step.
import { useState } from "preact/hooks";
import { ApiError } from "../../api";
import { useUi } from "../context";
import { openDialog } from "../modal";
import { FormModal, NewPassword } from "./form";

export function openAccount(): void {
  openDialog(() => <Account />);
}

function Account() {
  const { chat, say } = useUi();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  return (
    <FormModal
      title={say("register")}
      submit={say("register")}
      run={() => chat.makeAccount(username.trim(), password)}
      explain={(error) => {
        const taken = error instanceof ApiError && error.status === 409;
        return say(taken ? "errTaken" : "errUsername");
      }}
    >
      <label class="field">
        <span class="field-label">{say("yourName")}</span>
        <input
          name="username"
          autocomplete="username"
          required
          autofocus
          value={username}
          onInput={(event) => setUsername(event.currentTarget.value)}
        />
      </label>
      <NewPassword
        label={say("password")}
        value={password}
        onChange={setPassword}
      />
    </FormModal>
  );
}
