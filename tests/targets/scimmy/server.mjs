// A small SCIM server made of scimmy, scimmy-routers and express: resources are kept in memory.
// Usage: node server.mjs PORT TOKEN. The first line of output is the base URL.
import { randomUUID } from "node:crypto";
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const [port, token] = [Number(process.argv[2]), process.argv[3]];
const { Resources, Schemas, Types } = SCIMMY;

/** Resources of one type by id, in the order in which they were made. */
class Collection {
  #entries = new Map();

  constructor(unique) {
    this.unique = unique;
  }

  save(id, data) {
    const name = String(data[this.unique] ?? "").toLowerCase();
    for (const [other, entry] of this.#entries) {
      if (other !== id && String(entry[this.unique]).toLowerCase() === name) {
        throw new Types.Error(409, "uniqueness", `${this.unique} is taken`);
      }
    }
    const now = new Date();
    const created = id === undefined ? now : this.get(id).meta.created;
    const key = id ?? randomUUID();
    const entry = { ...structuredClone(plain(data)), id: key, meta: { created, lastModified: now } };
    this.#entries.set(key, entry);
    return entry;
  }

  get(id) {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new Types.Error(404, null, `there is no resource ${id}`);
    return entry;
  }

  remove(id) {
    this.get(id);
    this.#entries.delete(id);
  }

  all() {
    return [...this.#entries.values()];
  }
}

/** The data without what scimmy adds to it. */
function plain(data) {
  const { id, meta, schemas, ...rest } = JSON.parse(JSON.stringify(data));
  return rest;
}

const users = new Collection("userName");
const groups = new Collection("displayName");

/** A user with the groups that it is a member of. */
function withGroups(user) {
  const memberOf = groups.all().filter((group) => group.members?.some((member) => member.value === user.id));
  const references = memberOf.map((group) => ({ value: group.id, display: group.displayName, type: "direct" }));
  return references.length > 0 ? { ...user, groups: references } : user;
}

function declare(Resource, collection, shown, removed) {
  Resources.declare(Resource)
    .ingress((resource, data) => shown(collection.save(resource.id, data)))
    .egress((resource) => {
      if (resource.id) return shown(collection.get(resource.id));
      const all = collection.all().map(shown);
      return resource.filter ? resource.filter.match(all) : all;
    })
    .degress((resource) => {
      collection.remove(resource.id);
      removed(resource.id);
    });
}

declare(Resources.User.extend(Schemas.EnterpriseUser, false), users, withGroups, (id) => {
  for (const group of groups.all()) {
    if (group.members) group.members = group.members.filter((member) => member.value !== id);
  }
});
declare(Resources.Group, groups, (group) => group, () => {});

const app = express();
app.use("/scim/v2", new SCIMMYRouters({
  type: "bearer",
  docUri: "https://scimmyjs.github.io",
  baseUri: (request) => `${request.protocol}://${request.get("host")}`,
  handler: (request) => {
    if (request.header("Authorization") !== `Bearer ${token}`) throw new Error("the bearer token is missing or wrong");
    return undefined;
  },
}));
app.listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/scim/v2`));
