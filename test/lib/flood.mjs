// SPDX-License-Identifier: ISC
// Many people who write at the same moment.
const AT_ONCE = 25;

/** n messages in French by guests, each saved once when this is over. */
export async function flood(house, n) {
  const people = await Promise.all(
    Array.from({ length: AT_ONCE }, (_, i) => house.guest(`Ana ${i}`, "fr")),
  );

  await Promise.all(
    people.map(async (person, from) => {
      for (let i = from; i < n; i += AT_ONCE)
        await person.sendSurely(`La maison ${i} est grande.`, `flood-${i}`);
    }),
  );
}
