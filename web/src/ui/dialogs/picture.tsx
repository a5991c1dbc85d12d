// A picture as large as the window.
import { useEffect, useState } from "preact/hooks";
import { addressOf, saveAs } from "../../files";
import type { FileInfo } from "../../types";
import { speech } from "../../words";
import { plainName } from "../format";
import { Icon } from "../icons";
import { closeDialog, Modal, openDialog } from "../modal";

/** `shown` is what the bubble has, and stands here until the whole is there. */
export function openPicture(
  token: string,
  message: string,
  file: FileInfo,
  shown: string,
): void {
  const whole = addressOf(token, message, file);
  openDialog(() => <PictureView file={file} shown={shown} whole={whole} />);
}

interface ViewProps {
  file: FileInfo;
  shown: string;
  whole: Promise<string>;
}

/** As large as the whole will be, so that nothing jumps. */
function sizeOf({ width, height }: FileInfo) {
  if (width === 0) return {};
  const byHeight = `(100dvh - 12rem) * ${width / height}`;
  return {
    width: `min(100%, ${width}px, ${byHeight})`,
    aspectRatio: `${width} / ${height}`,
  };
}

function PictureView({ file, shown, whole }: ViewProps) {
  const { say } = speech.value;
  const [address, setAddress] = useState(shown);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    whole.then(setAddress, () => setFailed(true));
  }, []);
  const name = plainName(file.name);
  const save = () =>
    whole.then(
      (it) => saveAs(it, file.name),
      () => undefined,
    );
  return (
    <Modal title={name} class="picture-view">
      <img
        src={address}
        alt={name}
        style={sizeOf(file)}
        onClick={closeDialog}
      />
      {failed && <p role="alert">{say("didNotWork")}</p>}
      <button type="button" class="soft" onClick={() => void save()}>
        <Icon name="down" />
        {say("download")}
      </button>
    </Modal>
  );
}
