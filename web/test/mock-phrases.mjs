// The mock's whole knowledge of languages.
export const LANGUAGES = [
  { code: "ca", name: "Catalan", nativeName: "Català" },
  { code: "en", name: "English", nativeName: "English" },
  { code: "es", name: "Spanish", nativeName: "Español" },
  { code: "fr", name: "French", nativeName: "Français" },
  { code: "it", name: "Italian", nativeName: "Italiano" },
  { code: "pt", name: "Portuguese", nativeName: "Português" },
];

const PHRASES = [
  {
    fr: "Bonjour à tous, comment allez-vous ?",
    en: "Hello everyone, how are you?",
    es: "Hola a todos, ¿cómo estáis?",
  },
  {
    fr: "Très bien, merci ! Il fait enfin beau à Lyon.",
    en: "Very well, thank you! The weather is finally nice in Lyon.",
    es: "¡Muy bien, gracias! Por fin hace buen tiempo en Lyon.",
  },
  {
    fr: "Quelqu’un a vu le programme de demain ?",
    en: "Has anyone seen tomorrow’s programme?",
    es: "¿Alguien ha visto el programa de mañana?",
  },
  {
    fr: "Oui, il est ici : https://example.org/programme",
    en: "Yes, it is here: https://example.org/programme",
    es: "Sí, está aquí: https://example.org/programme",
  },
  {
    fr: "La réunion commence à 9 h 30, salle 4. J’apporte le café et les croissants, mais il me faut quelqu’un pour le projecteur.",
    en: "The meeting starts at 9:30, room 4. I bring coffee and croissants, but I need someone for the projector.",
    es: "La reunión empieza a las 9:30, sala 4. Llevo café y cruasanes, pero necesito a alguien para el proyector.",
  },
  {
    fr: "La maison est grande.",
    en: "The house is big.",
    es: "La casa es grande.",
  },
  {
    fr: "La maison est petite.",
    en: "The house is small.",
    es: "La casa es pequeña.",
  },
  {
    fr: "Je m’en occupe.",
    en: "I will take care of it.",
    es: "Yo me encargo.",
  },
];

export function translate(text, language) {
  for (const phrase of PHRASES)
    for (const said of Object.values(phrase))
      if (text.includes(said) && phrase[language])
        return text.replace(said, phrase[language]);
  return `${language}: ${text}`;
}
