// The words of a message.  Links become links; everything else is text by
// construction.
const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;

interface Props {
  text: string;
  language: string;
  class?: string;
}

export function Text({ text, language, class: name = "text" }: Props) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    parts.push(text.slice(end, match.index));
    const url = match[0];
    parts.push(
      <a
        key={match.index}
        href={url}
        target="_blank"
        rel="noopener noreferrer nofollow"
      >
        {url}
      </a>,
    );
    end = match.index + url.length;
  }
  parts.push(text.slice(end));
  return (
    <p class={name} lang={language} dir="auto">
      {parts}
    </p>
  );
}
