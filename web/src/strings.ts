// Every word of the page, in one table.  The reading language chooses the
// column; who reads another language gets the browser's, or English.

const COLUMNS = ["en", "fr", "es"] as const;
type Column = (typeof COLUMNS)[number];
type Row = readonly [en: string, fr: string, es: string];

const TABLE = {
  hello: ["Hello everyone!", "Bonjour à tous !", "¡Hola a todos!"],
  tagline: [
    "Write in your language. Everyone reads it in theirs.",
    "Écrivez dans votre langue. Chacun lit dans la sienne.",
    "Escribe en tu idioma. Cada quien lo lee en el suyo.",
  ],
  asGuest: ["Guest", "Invité", "Invitado"],
  withPassword: ["Account", "Compte", "Cuenta"],
  yourName: ["Your name", "Votre nom", "Tu nombre"],
  password: ["Password", "Mot de passe", "Contraseña"],
  passwordHint: [
    "At least 8 characters",
    "Au moins 8 caractères",
    "Al menos 8 caracteres",
  ],
  readIn: ["I read in", "Je lis en", "Leo en"],
  writeIn: ["Writing in", "J’écris en", "Escribo en"],
  enter: ["Enter the room", "Entrer", "Entrar"],
  logIn: ["Log in", "Se connecter", "Iniciar sesión"],
  register: ["Create account", "Créer un compte", "Crear cuenta"],
  haveAccount: ["I have an account", "J’ai un compte", "Ya tengo cuenta"],
  newHere: ["I am new here", "Je suis nouveau", "Soy nuevo aquí"],
  waitEnter: ["One moment…", "Un instant…", "Un momento…"],
  errNetwork: [
    "The server cannot be reached. Try again in a moment.",
    "Le serveur est injoignable. Réessayez dans un instant.",
    "No se puede contactar con el servidor. Inténtalo en un momento.",
  ],
  errTaken: [
    "This name is taken. Please choose another.",
    "Ce nom est déjà pris. Choisissez-en un autre.",
    "Ese nombre ya está en uso. Elige otro.",
  ],
  errLogin: [
    "The name or the password is wrong.",
    "Le nom ou le mot de passe est incorrect.",
    "El nombre o la contraseña no son correctos.",
  ],
  errSlow: [
    "Too many attempts. Wait a moment.",
    "Trop de tentatives. Patientez un instant.",
    "Demasiados intentos. Espera un momento.",
  ],
  errUsername: [
    "An account’s name has 2 to 32 plain letters, digits, or . _ -",
    "Un nom de compte a 2 à 32 lettres sans accent, chiffres, ou . _ -",
    "El nombre de una cuenta tiene de 2 a 32 letras sin acento, cifras, o . _ -",
  ],
  errOther: [
    "That did not work: {what}",
    "Cela n’a pas marché : {what}",
    "No ha funcionado: {what}",
  ],
  expired: [
    "Your session has ended. Please enter again.",
    "Votre session est terminée. Entrez à nouveau.",
    "Tu sesión ha terminado. Vuelve a entrar.",
  ],
  room: ["Everyone", "Tout le monde", "Todo el mundo"],
  leave: ["Leave", "Quitter", "Salir"],
  online: ["Connected", "Connecté", "Conectado"],
  connecting: ["Connecting…", "Connexion…", "Conectando…"],
  offline: ["Reconnecting…", "Reconnexion…", "Reconectando…"],
  messages: ["Messages", "Messages", "Mensajes"],
  loading: [
    "Loading messages…",
    "Chargement des messages…",
    "Cargando mensajes…",
  ],
  empty: [
    "Nobody has said anything yet. Say hello in your own language.",
    "Personne n’a encore rien dit. Dites bonjour dans votre langue.",
    "Nadie ha dicho nada todavía. Saluda en tu idioma.",
  ],
  showOlder: [
    "Show older messages",
    "Voir les messages précédents",
    "Ver mensajes anteriores",
  ],
  toNewest: ["Newest messages", "Derniers messages", "Últimos mensajes"],
  newCount: ["New: {n}", "Nouveaux : {n}", "Nuevos: {n}"],
  translating: ["Translating…", "Traduction…", "Traduciendo…"],
  showOriginal: [
    "Show the original ({language})",
    "Voir l’original ({language})",
    "Ver el original ({language})",
  ],
  hideOriginal: [
    "Hide the original",
    "Masquer l’original",
    "Ocultar el original",
  ],
  writtenIn: [
    "Written in {language}",
    "Écrit en {language}",
    "Escrito en {language}",
  ],
  failed: ["Not translated", "Non traduit", "Sin traducir"],
  failedBusy: [
    "Not translated: the translator is busy",
    "Non traduit : le traducteur est occupé",
    "Sin traducir: el traductor está ocupado",
  ],
  failedLate: [
    "Not translated: it took too long",
    "Non traduit : cela a pris trop de temps",
    "Sin traducir: tardó demasiado",
  ],
  failedLong: [
    "Not translated: too long",
    "Non traduit : trop long",
    "Sin traducir: demasiado largo",
  ],
  failedPair: [
    "No translation exists for these languages",
    "Aucune traduction entre ces langues",
    "No hay traducción entre estos idiomas",
  ],
  again: ["Try again", "Réessayer", "Reintentar"],
  skipped: ["Shown as written", "Affiché tel quel", "Se muestra tal cual"],
  deleted: ["Message deleted", "Message supprimé", "Mensaje eliminado"],
  edited: ["edited", "modifié", "editado"],
  waiting: [
    "Waiting for the connection",
    "En attente de connexion",
    "A la espera de conexión",
  ],
  sending: ["Sending…", "Envoi…", "Enviando…"],
  sent: ["Sent", "Envoyé", "Enviado"],
  notSent: ["Not sent", "Non envoyé", "No enviado"],
  notSentLong: [
    "Not sent: too long",
    "Non envoyé : trop long",
    "No enviado: demasiado largo",
  ],
  drop: ["Discard", "Abandonner", "Descartar"],
  message: ["Message", "Message", "Mensaje"],
  placeholder: ["Write a message", "Écrivez un message", "Escribe un mensaje"],
  send: ["Send", "Envoyer", "Enviar"],
  sendLater: ["Send later", "Envoyer plus tard", "Enviar después"],
  offlineHint: [
    "No connection. What you write is sent as soon as it is back.",
    "Pas de connexion. Vos messages partiront dès son retour.",
    "Sin conexión. Lo que escribas se enviará cuando vuelva.",
  ],
  charsLeft: [
    "{n} characters left",
    "{n} caractères restants",
    "{n} caracteres restantes",
  ],
  charsOver: [
    "{n} characters too many",
    "{n} caractères en trop",
    "{n} caracteres de más",
  ],
  isTyping: ["{who} is writing…", "{who} écrit…", "{who} está escribiendo…"],
  areTyping: [
    "Several people are writing…",
    "Plusieurs personnes écrivent…",
    "Varias personas están escribiendo…",
  ],
} satisfies Record<string, Row>;

export type Key = keyof typeof TABLE;
export type Say = (
  key: Key,
  values?: Record<string, string | number>,
) => string;

/** The column for who reads `reading` in a browser set to `browser`. */
export function uiLanguage(
  reading: string,
  browser: readonly string[] = navigator.languages,
): Column {
  for (const wish of [reading, ...browser]) {
    const short = wish.split(/[-_]/)[0]?.toLowerCase();
    const column = COLUMNS.find((name) => name === short);
    if (column) return column;
  }
  return "en";
}

export function sayIn(column: Column): Say {
  const index = COLUMNS.indexOf(column);
  return (key, values = {}) =>
    (TABLE[key][index] ?? TABLE[key][0]).replace(/\{(\w+)\}/g, (_, name) =>
      String(values[name as string] ?? ""),
    );
}
