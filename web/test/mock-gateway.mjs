// A gateway for developing and testing the page alone: the same routes and
// events, everything in memory, and a "translator" that knows a few phrases.
// Run by hand: node test/mock-gateway.mjs [port]
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Server } from "socket.io";
import { accounts, newWorld, publicUser, Refusal } from "./mock-accounts.mjs";
import { LANGUAGES, translate } from "./mock-phrases.mjs";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};

function viewFor(message, language) {
  const { translations, ...rest } = message;
  return {
    ...rest,
    translations: Object.values(translations).filter(
      (t) => !language || t.targetLanguage === language,
    ),
  };
}

/** Options: world; port; delayMs of a translation; dropAck(message): say
 * nothing after saving it. */
export async function startMock(options = {}) {
  const world = options.world ?? newWorld();
  const delayMs = options.delayMs ?? 150;
  const timers = new Set();
  const later = (ms, fn) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      fn();
    }, ms);
    timers.add(timer);
  };
  const http = createServer((request, response) => {
    serve(request, response).catch((error) => {
      const status = error.status ?? 500;
      reply(response, status, {
        success: false,
        error: error.message,
        code: error.code ?? "INTERNAL",
      });
    });
  });
  const io = new Server(http);

  const { userOf, addUser, logIn } = accounts(world);

  // ---- messages ----

  function summary() {
    const last = world.messages.at(-1);
    const languages = {};
    for (const { language } of world.users.values())
      languages[language] = (languages[language] ?? 0) + 1;
    return {
      id: "any",
      type: "global",
      title: "any",
      participantCount: world.users.size,
      languages,
      lastSeq: last?.seq ?? 0,
      lastMessageAt: last?.createdAt ?? null,
      createdAt: new Date(0).toISOString(),
    };
  }

  function history(query) {
    const limit = Math.min(Number(query.get("limit") ?? 50), 100);
    const before = Number(query.get("before") ?? 0);
    const after = Number(query.get("after") ?? 0);
    const all = world.messages.filter((m) =>
      after ? m.seq > after : !before || m.seq < before,
    );
    const some = after ? all.slice(0, limit) : all.slice(-limit);
    return {
      messages: some.map((m) => viewFor(m, query.get("language"))),
      hasMore: all.length > limit,
    };
  }
  /** Its place in the log. */
  const touch = (message) => world.log.push(message.id);
  function changes({ epoch, language, rooms: [{ offset }] }) {
    const end = world.log.length;
    const room = { conversationId: "any", offset: end };
    if (epoch !== world.epoch || !(offset <= end))
      return { epoch: world.epoch, rooms: [{ ...room, anew: true }] };
    const to = Math.min(end, offset + (options.syncRows ?? 200));
    const touched = new Set(world.log.slice(offset, to));
    const messages = world.messages
      .filter((m) => touched.has(m.id))
      .map((m) => viewFor(m, language));
    const page = { ...room, offset: to, behind: end - to, messages };
    return { epoch: world.epoch, rooms: [page] };
  }
  function save(user, given) {
    const { content, clientMessageId } = given;
    world.sends++;
    const old = world.messages.find(
      (m) => m.senderId === user.id && m.clientMessageId === clientMessageId,
    );
    if (old && clientMessageId) return old;
    if (content.startsWith("!refuse"))
      throw new Refusal(400, "BAD_INPUT", "refused");
    const { id, username, displayName } = user;
    const message = {
      id: randomUUID(),
      conversationId: "any",
      seq: world.messages.length + 1,
      senderId: id,
      sender: { id, username, displayName, guest: user.guest },
      content,
      originalLanguage:
        given.originalLanguage && given.originalLanguage !== "auto"
          ? given.originalLanguage
          : user.language,
      messageType: "text",
      ...(given.replyToId ? { replyToId: given.replyToId } : {}),
      revision: 1,
      isEdited: false,
      isDeleted: false,
      clientMessageId,
      createdAt: new Date().toISOString(),
      translations: {},
    };
    world.messages.push(message);
    touch(message);
    return message;
  }
  function readersOf(language) {
    return [...io.sockets.sockets.values()].filter(
      (socket) => world.users.get(socket.data.user)?.language === language,
    );
  }
  function want(message, language) {
    if (message.originalLanguage === language || message.isDeleted) return;
    const row = { targetLanguage: language, state: "queued" };
    message.translations[language] = row;
    touch(message);
    const { revision } = message;
    if (message.content.startsWith("!never")) return;
    later(delayMs, () => {
      if (message.revision === revision) settle(message, row);
    });
  }
  function settle(message, row) {
    const language = row.targetLanguage;
    const { id: messageId, conversationId, revision } = message;
    const tries = (world.tries.get(messageId + language) ?? 0) + 1;
    world.tries.set(messageId + language, tries);
    const { content } = message;
    const reason = content.startsWith("!pair")
      ? `unsupported language pair ${message.originalLanguage}-${language}`
      : "timeout";
    if (
      content.startsWith("!once") ? tries === 1 : /^!(fail|pair)/.test(content)
    ) {
      Object.assign(row, { state: "failed", reason });
      const offset = touch(message);
      for (const socket of readersOf(language))
        socket.emit("translation:failed", {
          messageId,
          conversationId,
          targetLanguage: language,
          error: reason,
          offset,
        });
      return;
    }
    Object.assign(row, {
      state: "ready",
      translatedContent: translate(message.content, language),
      sourceLanguage: message.originalLanguage,
      confidenceScore: 0.95,
      quality: content.startsWith("!rough") ? "rough" : "sure",
      translationModel: "mock",
    });
    const offset = touch(message);
    for (const socket of readersOf(language))
      socket.emit("message:translation", {
        messageId,
        conversationId,
        revision,
        translations: [row],
        offset,
      });
  }
  function wantAll(message) {
    const languages = [...world.users.values()].map((user) => user.language);
    for (const language of new Set(languages)) want(message, language);
  }
  function show(message, event = "message:new") {
    const offset = world.log.length;
    io.emit(event, { ...viewFor({ ...message, translations: {} }), offset });
    wantAll(message);
  }
  function edit(message, content) {
    Object.assign(message, { content, isEdited: true, translations: {} });
    message.revision++;
    touch(message);
    show(message, "message:edited");
  }
  function remove(message) {
    const { id: messageId, conversationId } = message;
    Object.assign(message, { isDeleted: true, content: "", translations: {} });
    const offset = touch(message);
    io.emit("message:deleted", { messageId, conversationId, offset });
  }

  // ---- HTTP ----

  function reply(response, status, body) {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  }
  async function bodyOf(request) {
    let text = "";
    for await (const chunk of request) text += chunk;
    return text ? JSON.parse(text) : {};
  }
  async function route(request, url) {
    switch (`${request.method} ${url.pathname}`) {
      case "POST /auth/guest":
        return addUser(await bodyOf(request), true);
      case "POST /auth/register":
        return addUser(await bodyOf(request), false);
      case "POST /auth/login":
        return logIn(await bodyOf(request));
      case "GET /auth/me":
        return publicUser(userOf(request));
      case "POST /auth/logout":
        userOf(request);
        return {};
      case "PATCH /users/me": {
        const user = Object.assign(userOf(request), await bodyOf(request));
        for (const socket of io.sockets.sockets.values())
          if (socket.data.user === user.id)
            socket.emit("user:updated", { user: publicUser(user) });
        return publicUser(user);
      }
      case "GET /policy":
        return { guests: true, registration: "open" };
      case "GET /conversations/public":
        return [];
      case "GET /languages":
        return LANGUAGES;
      case "GET /health":
        return { services: { translator: { status: world.translator } } };
      case "GET /conversations":
        userOf(request);
        return [summary()];
      case "GET /conversations/any":
        userOf(request);
        return summary();
      case "GET /conversations/any/messages":
        userOf(request);
        if (url.searchParams.get("limit") !== "1") world.histories++;
        return history(url.searchParams);
      case "POST /sync":
        userOf(request);
        return changes(await bodyOf(request));
      default:
        return null;
    }
  }
  async function serve(request, response) {
    const url = new URL(request.url, "http://mock");
    const data = await route(request, url);
    if (data?.services) return reply(response, 200, data);
    if (data) return reply(response, 200, { success: true, data });
    const isPage = /^\/((room|join)\/.*)?$/.test(url.pathname);
    const name = isPage ? "index.html" : url.pathname.slice(1);
    if (!/^[\w.-]+$/.test(name)) throw new Refusal(404, "NOT_FOUND", "none");
    const file = await readFile(join(dist, name)).catch(() => {
      throw new Refusal(404, "NOT_FOUND", "no such file");
    });
    response.writeHead(200, { "content-type": TYPES[extname(name)] });
    return response.end(file);
  }

  // ---- sockets ----

  io.use((socket, next) => {
    const id = world.tokens.get(socket.handshake.auth.token);
    socket.data.user = id;
    next(id ? undefined : new Error("unauthorized"));
  });
  io.on("connection", (socket) => {
    const user = world.users.get(socket.data.user);
    socket.on("message:send", (given, ack) => {
      try {
        const message = save(user, given);
        const { id: messageId, seq, createdAt } = message;
        if (options.dropAck?.(message)) return;
        ack({ success: true, data: { messageId, seq, createdAt } });
        show(message);
      } catch (error) {
        const { message, code } = error;
        ack({ success: false, error: message, code });
      }
    });
    socket.on("request_translation", ({ messageId, targetLanguage }, ack) => {
      const message = world.messages.find((m) => m.id === messageId);
      if (message) want(message, targetLanguage);
      ack({ success: Boolean(message) });
    });
    socket.on("message:edit", ({ messageId, content }, ack) => {
      const message = world.messages.find((m) => m.id === messageId);
      edit(message, content);
      ack({ success: true });
    });
    socket.on("message:delete", ({ messageId }, ack) => {
      remove(world.messages.find((m) => m.id === messageId));
      ack({ success: true });
    });
    for (const event of ["typing:start", "typing:stop"])
      socket.on(event, ({ conversationId }) => {
        const { id: userId, username } = user;
        socket.broadcast.emit(event, { userId, username, conversationId });
      });
  });

  await new Promise((resolve) =>
    http.listen(options.port ?? 0, "127.0.0.1", resolve),
  );
  const { port } = http.address();
  return {
    world,
    port,
    url: `http://127.0.0.1:${port}`,
    edit,
    remove,
    save: (user, given) => show(save(user, given)),
    async close() {
      for (const timer of timers) clearTimeout(timer);
      const closed = io.close();
      http.closeAllConnections(); // Node 18 would wait minutes for idle ones
      await closed;
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.argv[2] ?? 3055);
  const mock = await startMock({ port, delayMs: 900 });
  console.log(mock.url);
}
