// One's own picture, or a room's: shown, chosen, taken away.
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { ApiError, call } from "../../api";
import { BASE } from "../../base";
import { useUi } from "../context";
import { Icon } from "../icons";
import { toast } from "../toast";

/** Twice what is kept, of the shorter side: what is sent needs no more. */
const SIDE = 384;
const QUALITY = 0.92;

/** The middle of it, without what a camera writes beside the pixels; as it is
 * where this browser cannot read it. */
async function smaller(file: File): Promise<Blob> {
  try {
    const whole = await createImageBitmap(file);
    const side = Math.min(whole.width, whole.height);
    const left = (whole.width - side) / 2;
    const top = (whole.height - side) / 2;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.min(side, SIDE);
    const to = canvas.width;
    const paint = canvas.getContext("2d");
    paint?.drawImage(whole, left, top, side, side, 0, 0, to, to);
    whole.close();
    const type = file.type === "image/jpeg" ? file.type : "image/png";
    const blob = await new Promise<Blob | null>((resolve) =>
      canvas.toBlob(resolve, type, QUALITY),
    );
    return blob ?? file;
  } catch {
    return file;
  }
}

async function send(token: string, path: string, file: File): Promise<void> {
  const answer = await fetch(BASE + path, {
    method: "PUT",
    headers: { Authorization: `Bearer ${token}` },
    body: await smaller(file),
  });
  if (!answer.ok) throw new ApiError("BAD_INPUT", answer.status, "refused");
}

interface Props {
  /** Of the gateway's. */
  path: string;
  label: string;
  /** There is one. */
  has: boolean;
  /** How it looks now. */
  children: ComponentChildren;
}

export function PictureField({ path, label, has, children }: Props) {
  const { chat, say } = useUi();
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const run = async (work: Promise<unknown>) => {
    setBusy(true);
    try {
      await work;
    } catch (error) {
      const bad = error instanceof ApiError && error.status === 400;
      toast(say(bad ? "pictureBad" : "didNotWork"));
    }
    setBusy(false);
  };
  return (
    <div class="picture-field" role="group" aria-label={label}>
      {children}
      <div class="picture-acts">
        <button
          type="button"
          class="soft"
          disabled={busy}
          onClick={() => input.current?.click()}
        >
          {say(has ? "pictureOther" : "pictureChoose")}
        </button>
        {has && (
          <button
            type="button"
            class="plain"
            disabled={busy}
            onClick={() => void run(call("DELETE", path, chat.token))}
          >
            <Icon name="trash" />
            {say("pictureRemove")}
          </button>
        )}
      </div>
      <input
        ref={input}
        class="hidden"
        type="file"
        accept="image/jpeg,image/png,image/webp,image/gif"
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          if (file) void run(send(chat.token, path, file));
          event.currentTarget.value = "";
        }}
      />
    </div>
  );
}
