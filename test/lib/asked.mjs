// SPDX-License-Identifier: ISC
import { call } from "./api.mjs";

/**
 * A client's picture of the rooms that it is asked into, kept by `sync` of its
 * own stream alone: invitations by the room, as the gateway last told them.
 */
export class Asked {
  invitations = new Map();
  epoch = undefined;
  offset = -1;

  constructor(url, token) {
    Object.assign(this, { url, token });
  }

  async #ask(method, path, body) {
    const { token } = this;
    const answer = await call(this.url, method, path, { token, body });

    if (!answer.body?.success)
      throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body.data;
  }

  /** As a client that knows nothing sees it. */
  async load() {
    const list = await this.#ask("GET", "/users/me/invitations");

    return new Map(list.map((one) => [one.conversationId, one]));
  }

  /** One page; true when nothing is behind any more. */
  async step(limit = 200) {
    const { epoch, own } = await this.#ask("POST", "/sync", {
      epoch: this.epoch,
      limit,
      ownOffset: this.offset,
      rooms: [],
    });

    if (own.anew) this.invitations = await this.load();
    for (const { conversationId, invitation } of own.invitations ?? [])
      if (invitation) this.invitations.set(conversationId, invitation);
      else this.invitations.delete(conversationId);
    Object.assign(this, { epoch, offset: own.offset });
    return own.anew === true || own.behind === 0;
  }

  async catchUp(limit) {
    while (!(await this.step(limit)));
  }
}
