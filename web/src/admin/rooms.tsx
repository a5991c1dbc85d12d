// The rooms of the server, seen from outside.
import { useEffect, useState } from "preact/hooks";
import { day, moment, number } from "./format";
import { rooms, type Overview } from "./people-data";
import { token } from "./state";
import { tell } from "./words";

export function Rooms() {
  const say = tell.value;
  const [all, setAll] = useState<Overview[]>([]);
  const [hasMore, setHasMore] = useState(false);
  const more = async (known: Overview[]) => {
    const page = await rooms(token, known.at(-1)?.id ?? "").catch(() => null);
    if (!page) return;
    setAll([...known, ...page.rooms]);
    setHasMore(page.hasMore);
  };
  useEffect(() => void more([]), []);
  const heads = ["members", "messages", "links", "reports"] as const;
  return (
    <section>
      <h2>{say("rooms")}</h2>
      <p class="none">{say("roomsHint")}</p>
      <div class="scrolls" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{say("room")}</th>
              <th scope="col">{say("kind")}</th>
              {heads.map((head) => (
                <th key={head} scope="col" class="n">
                  {say(head)}
                </th>
              ))}
              <th scope="col">{say("last")}</th>
              <th scope="col">{say("since")}</th>
            </tr>
          </thead>
          <tbody>
            {all.map((room) => (
              <tr key={room.id}>
                <th scope="row">
                  <bdi>{room.title}</bdi>
                  {room.archived && (
                    <span class="guest-mark">{say("archived")}</span>
                  )}
                </th>
                <td>{say(kindOf(room))}</td>
                {heads.map((head) => (
                  <td
                    key={head}
                    class={`n ${head === "reports" && room.reports ? "bad" : ""}`}
                  >
                    {number(room[head])}
                  </td>
                ))}
                <td>{room.lastAt ? moment(room.lastAt) : "–"}</td>
                <td>{day(room.createdAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {hasMore && (
        <button type="button" class="quiet" onClick={() => void more(all)}>
          {say("more")}
        </button>
      )}
    </section>
  );
}

function kindOf({ type }: Overview) {
  if (type === "global") return "kindGlobal";
  return type === "public" ? "kindPublic" : "kindGroup";
}
