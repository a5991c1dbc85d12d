// What some servers offer beside a name and a password at the door.
import { loadAllWords } from "../words";
import { Forgot } from "./forgot";
import { SignInBy } from "./oidc";

interface BesideProps {
  way: string;
  /** What stands in the field of the name. */
  name: string;
  oidc: string | undefined;
  mail: boolean | undefined;
}

export const load = () => loadAllWords().then(() => Beside);

function Beside({ way, name, oidc, mail }: BesideProps) {
  return (
    <>
      {mail && way === "login" && <Forgot name={name} />}
      {oidc && <SignInBy name={oidc} />}
    </>
  );
}
