// The address of a room, to copy and to scan.
import { useEffect, useState } from "preact/hooks";
import * as api from "../../opened-api";
import { listLinks, type LinkHere } from "../../people-api";
import { PUBLIC_ROOM } from "../../chat";
import { pathOf, type Route } from "../../route";
import { useUi } from "../context";
import { Copyable } from "../copyable";
import { fullTime } from "../format";
import { Icon, IconButton } from "../icons";
import { Modal, openDialog } from "../modal";
import { toast } from "../toast";
import { InvitePeople } from "./invite-people";
import { Toggle } from "./toggle";

export function openInvite(room: string): void {
  openDialog(() => <Invite room={room} />);
}

/** The public room has its own address; others need a link that lets in. */
function Invite({ room }: { room: string }) {
  const { chat, say } = useUi();
  const [link, setLink] = useState<api.NewLink | null>(null);
  const [guests, setGuests] = useState(true);
  const [problem, setProblem] = useState("");
  const open = room === PUBLIC_ROOM;
  const make = () =>
    api.makeLink(chat.token, room, guests).then(setLink, () => {
      setProblem(say("noLink"));
    });
  const revoke = () =>
    link &&
    api.revokeLink(chat.token, room, link.id).then(
      () => {
        setLink(null);
        toast(say("revoked"));
      },
      () => toast(say("didNotWork")),
    );
  return (
    <Modal title={say("invite")} class="invite">
      <p class="invite-text">{say("inviteText")}</p>
      {open && <Address to={{ name: "room", id: room, at: "" }} />}
      {link && <Address to={{ name: "join", token: link.token }} />}
      {link && (
        <button type="button" class="quiet" onClick={() => void revoke()}>
          {say("revoke")}
        </button>
      )}
      {!open && !link && (
        <>
          <Toggle words={say("linkGuests")} on={guests} onChange={setGuests} />
          <button type="button" class="primary" onClick={() => void make()}>
            <Icon name="link" />
            {say("newLink")}
          </button>
        </>
      )}
      {!open && <InvitePeople room={room} />}
      {!open && <Links room={room} made={link?.id ?? ""} />}
      <p class="problem" role="alert">
        {problem}
      </p>
    </Modal>
  );
}

/** Those that were made before, for who may end them. */
function Links({ room, made }: { room: string; made: string }) {
  const { chat, say, locale } = useUi();
  const [list, setList] = useState<LinkHere[]>([]);
  useEffect(() => {
    // Who may not see them is told nothing.
    listLinks(chat.token, room).then(setList, () => undefined);
  }, [room, made]);
  const end = async ({ id }: LinkHere) => {
    try {
      await api.revokeLink(chat.token, room, id);
      setList(list.filter((one) => one.id !== id));
      toast(say("revoked"));
    } catch {
      toast(say("didNotWork"));
    }
  };
  const others = list.filter(({ id }) => id !== made);
  if (others.length === 0) return null;
  return (
    <section class="links-here">
      <h3>{say("linksHere")}</h3>
      <ul class="people">
        {others.map((one) => (
          <li key={one.id} class="person">
            <span class="person-words">
              <span class="person-name">{fullTime(one.createdAt, locale)}</span>
              <span class="person-under">
                {say("linkUses", { n: one.uses })}
              </span>
            </span>
            <IconButton
              icon="trash"
              label={say("revoke")}
              onClick={() => void end(one)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Address({ to }: { to: Route }) {
  const { say } = useUi();
  const address = location.origin + pathOf(to);
  return (
    <>
      <Qr text={address} />
      <Copyable label={say("copyLink")} value={address} />
    </>
  );
}

interface Squares {
  n: number;
  path: string;
}

/** The encoder is fetched when somebody invites. */
async function squaresOf(text: string): Promise<Squares> {
  const { default: qrcode } = await import("qrcode-generator");
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const n = code.getModuleCount();
  let path = "";
  for (let y = 0; y < n; y++)
    for (let x = 0; x < n; x++)
      if (code.isDark(y, x)) path += `M${x} ${y}h1v1h-1z`;
  return { n, path };
}

/** One path of squares: dark on white in every theme, as scanners want it. */
function Qr({ text }: { text: string }) {
  const [{ n, path }, setSquares] = useState<Squares>({ n: 29, path: "" });
  useEffect(() => {
    squaresOf(text).then(setSquares, () => undefined);
  }, [text]);
  return (
    <svg
      class="qr"
      viewBox={`-3 -3 ${n + 6} ${n + 6}`}
      role="img"
      aria-label={text}
    >
      <path d={path} />
    </svg>
  );
}
