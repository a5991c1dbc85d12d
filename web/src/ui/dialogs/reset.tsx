// A new password by a link that an admin gave or a letter has.
import { useState } from "preact/hooks";
import { call } from "../../api";
import { speech } from "../../words";
import { openDialog } from "../modal";
import { toast } from "../toast";
import { FormModal, NewPassword } from "./form";

export function openReset(secret: string): void {
  openDialog(() => <Reset secret={secret} />);
}

function Reset({ secret }: { secret: string }) {
  const { say } = speech.value;
  const [password, setPassword] = useState("");
  return (
    <FormModal
      title={say("resetTitle")}
      submit={say("save")}
      run={async () => {
        await call("POST", "/auth/reset", "", { token: secret, password });
        toast(say("resetDone"));
      }}
    >
      <NewPassword
        autofocus
        label={say("password")}
        value={password}
        onChange={setPassword}
      />
    </FormModal>
  );
}
