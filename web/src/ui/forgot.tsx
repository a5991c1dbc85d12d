// Who forgot their password asks for a letter, where the server sends some.
import { useState } from "preact/hooks";
import { ApiError, call } from "../api";
import type { Key } from "../words";
import { useUi } from "./context";

function keyOf(error: unknown): Key {
  if (!(error instanceof ApiError)) return "didNotWork";
  if (error.network) return "errNetwork";
  return error.status === 429 ? "errSlow" : "didNotWork";
}

/** `name` is what stands in the field above, a name or an address. */
export function Forgot({ name }: { name: string }) {
  const { say } = useUi();
  const [told, setTold] = useState<Key | "">("");
  const username = name.trim();
  const ask = () =>
    call("POST", "/auth/forgot", "", { username }).then(
      () => setTold("forgotSent"),
      (error: unknown) => setTold(keyOf(error)),
    );
  return (
    <>
      <button
        class="quiet forgot"
        type="button"
        disabled={!username}
        title={say("forgotMeans")}
        onClick={() => void ask()}
      >
        {say("forgot")}
      </button>
      <p role="status">{told && say(told)}</p>
    </>
  );
}
