// SPDX-License-Identifier: ISC

const TYPES = {
  string: (v) => typeof v === "string",
  number: (v) => typeof v === "number",
  integer: Number.isInteger,
  boolean: (v) => typeof v === "boolean",
  null: (v) => v === null,
  array: Array.isArray,
  object: (v) => typeof v === "object" && v !== null && !Array.isArray(v),
};

const resolve = (root, ref) =>
  ref
    .slice(2)
    .split("/")
    .reduce((at, key) => at[key], root);

/**
 * What is wrong with a value by a JSON schema of root, as far as ours use JSON
 * Schema; [] when nothing is.
 */
export function faults(root, schema, value, path = "$") {
  if (schema.$ref) return faults(root, resolve(root, schema.$ref), value, path);
  const found = [];
  const types = schema.type === undefined ? [] : [schema.type].flat();

  if (types.length && !types.some((type) => TYPES[type](value)))
    return [`${path} is not ${types.join(" or ")}`];
  if ("const" in schema && value !== schema.const)
    found.push(`${path} is not ${schema.const}`);
  if (schema.enum && !schema.enum.includes(value))
    found.push(`${path} is ${value}`);
  for (const key of schema.required ?? [])
    if (!(key in value)) found.push(`${path}.${key} is missing`);
  if (TYPES.object(value))
    for (const [key, inner] of Object.entries(value)) {
      const rule = schema.properties?.[key] ?? schema.additionalProperties;

      if (rule) found.push(...faults(root, rule, inner, `${path}.${key}`));
    }
  if (Array.isArray(value) && schema.items)
    value.forEach((item, i) =>
      found.push(...faults(root, schema.items, item, `${path}[${i}]`)),
    );
  return found;
}

/** Fields that no schema names, which a reader of the documents misses. */
export function unnamed(root, schema, value, path = "$") {
  if (schema.$ref)
    return unnamed(root, resolve(root, schema.$ref), value, path);
  if (Array.isArray(value))
    return value.flatMap((item, i) =>
      schema.items ? unnamed(root, schema.items, item, `${path}[${i}]`) : [],
    );
  if (!TYPES.object(value) || !schema.properties) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    schema.properties[key]
      ? unnamed(root, schema.properties[key], inner, `${path}.${key}`)
      : [`${path}.${key}`],
  );
}
