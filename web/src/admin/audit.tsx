// What people with power did on this server, newest first.
import { useEffect, useState } from "preact/hooks";
import { moment } from "./format";
import { audit, AUDIT_PAGE, people, rooms, type Audit } from "./people-data";
import { token } from "./state";
import { tell } from "./words";

/** Names of ids, as far as a page of people and rooms goes. */
function useNames(): (id: string) => string {
  const [names, setNames] = useState(new Map<string, string>());
  useEffect(() => {
    const ask = async () => {
      const [some, places] = await Promise.all([
        people(token, "", ""),
        rooms(token, ""),
      ]);
      setNames(
        new Map([
          ...some.users.map(({ id, name }) => [id, name] as const),
          ...places.rooms.map(({ id, title }) => [id, title] as const),
        ]),
      );
    };
    ask().catch(() => undefined);
  }, []);
  return (id) => names.get(id) ?? id;
}

export function AuditLog() {
  const say = tell.value;
  const [rows, setRows] = useState<Audit[]>([]);
  const [hasMore, setHasMore] = useState(false);
  const nameOf = useNames();
  const more = async (known: Audit[]) => {
    const page = await audit(token, known.at(-1)?.n ?? 0).catch(() => null);
    if (!page) return;
    setRows([...known, ...page]);
    setHasMore(page.length === AUDIT_PAGE);
  };
  useEffect(() => void more([]), []);
  return (
    <section>
      <h2>{say("audit")}</h2>
      <div class="scrolls" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{say("time")}</th>
              <th scope="col">{say("who")}</th>
              <th scope="col">{say("what")}</th>
              <th scope="col">{say("whom")}</th>
              <th scope="col">{say("room")}</th>
              <th scope="col">{say("detail")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ n, at, actor, act, user, room, detail }) => (
              <tr key={n}>
                <td>{moment(at)}</td>
                <td>
                  <bdi>{nameOf(actor)}</bdi>
                </td>
                <td dir="ltr">{act}</td>
                <td>
                  <bdi>{nameOf(user)}</bdi>
                </td>
                <td>
                  <bdi>{nameOf(room)}</bdi>
                </td>
                <td dir="ltr">{detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {hasMore && (
        <button type="button" class="quiet" onClick={() => void more(rows)}>
          {say("more")}
        </button>
      )}
    </section>
  );
}
