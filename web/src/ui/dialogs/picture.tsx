// A picture as large as the window.
import { saveAs } from "../../files";
import { speech } from "../../words";
import { Icon } from "../icons";
import { closeDialog, Modal, openDialog } from "../modal";

export function openPicture(address: string, name: string): void {
  openDialog(() => <PictureView address={address} name={name} />);
}

function PictureView({ address, name }: { address: string; name: string }) {
  const { say } = speech.value;
  return (
    <Modal title={name} class="picture-view">
      <img src={address} alt={name} onClick={closeDialog} />
      <button type="button" class="soft" onClick={() => saveAs(address, name)}>
        <Icon name="down" />
        {say("download")}
      </button>
    </Modal>
  );
}
