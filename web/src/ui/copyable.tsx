// Something to take along: the focus selects it, its button copies it.
import { speech } from "../words";
import { Icon } from "./icons";
import { toast } from "./toast";

export function Copyable({ label, value }: { label: string; value: string }) {
  const { say } = speech.value;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      toast(say("copied"));
    } catch {
      toast(say("didNotWork"));
    }
  };
  return (
    <div class="address">
      <input
        readOnly
        dir="ltr"
        aria-label={label}
        value={value}
        onFocus={(event) => event.currentTarget.select()}
      />
      <button type="button" class="primary" onClick={() => void copy()}>
        <Icon name="copy" />
        {say("copy")}
      </button>
    </div>
  );
}
