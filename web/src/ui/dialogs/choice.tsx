interface ChoiceProps<T extends string> {
  name: string;
  legend: string;
  options: readonly T[];
  words: (option: T) => string;
  value: T;
  onChange: (option: T) => void;
}

/** One of a few, side by side. */
export function Choice<T extends string>(props: ChoiceProps<T>) {
  return (
    <fieldset class="choice">
      <legend>{props.legend}</legend>
      <div class="choice-in">
        {props.options.map((option) => (
          <label key={option}>
            <input
              type="radio"
              name={props.name}
              checked={props.value === option}
              onChange={() => props.onChange(option)}
            />
            <span>{props.words(option)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
