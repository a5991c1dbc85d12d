// Below a list: one more.
import { Icon } from "../icons";

interface Props {
  words: string;
  onClick: () => void;
}

export function AddButton({ words, onClick }: Props) {
  return (
    <button type="button" class="soft" onClick={onClick}>
      <Icon name="plus" />
      {words}
    </button>
  );
}
