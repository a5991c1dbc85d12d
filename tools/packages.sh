# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Debian and npm packages: find what is missing, say it, install it.

NODE_MAJOR_MIN=18 # Debian 12's own
NPM_SECONDS_MAX=600

# packages_wanted LIST...: the names in tools/packages/LIST.txt.
packages_wanted() {
    local list

    for list in "$@"; do
        sed 's/#.*//' "tools/packages/$list.txt"
    done | tr -s ' \t' '\n' | sed '/^$/d' | sort -u
}

# packages_missing LIST...: those of them that dpkg does not have, and
# nodejs and npm where their commands are missing.  Somebody else's node,
# of whatever origin, is never replaced.
packages_missing() {
    # shellcheck disable=SC2016 # dpkg-query's own syntax
    comm -23 <(packages_wanted "$@") <(packages_wanted "$@" |
        xargs dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null |
        sed -n 's/^installed //p' | sort -u)
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
}

# as_root COMMAND...
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# packages_agree YES: may we install?  YES is true after -y.
packages_agree() {
    local answer

    [ "$1" = false ] && [ "$(id -u)" -ne 0 ] && [ "${CI:-}" != true ] ||
        return 0
    [ -t 0 ] || die "not installing without being told to" \
        "add -y, or install the packages above yourself"
    read -r -p "    Install them now? [Y/n] " answer
    case $answer in
    '' | [yYoOsS]*) ;;
    *) die "nothing installed" "install the packages above, then try again" ;;
    esac
}

# Debian makes and starts a server with PostgreSQL's package, unless told not to:
# we want the programs only.
no_cluster() {
    local file=/etc/postgresql-common/createcluster.conf

    [ ! -e "$file" ] || return 0
    as_root mkdir -p "${file%/*}"
    echo 'create_main_cluster = false' | as_root tee "$file" >/dev/null
}

# packages_ensure YES LIST...
packages_ensure() {
    local yes=$1 missing
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q
        -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0)

    shift
    mapfile -t missing < <(packages_missing "$@")
    if [ "${#missing[@]}" -gt 0 ]; then
        command -v apt-get >/dev/null ||
            die "this is no Debian: apt-get is missing" \
                "install the likes of: ${missing[*]}"
        say "Debian packages missing: ${missing[*]}"
        [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null ||
            die "installing them needs root, and there is no sudo" \
                "as root: apt-get install --no-install-recommends ${missing[*]}"
        packages_agree "$yes"
        case " ${missing[*]} " in
        *" postgresql "*) no_cluster ;;
        esac
        as_root "${apt[@]}" update || die "apt-get update failed" \
            "is the network up, and /etc/apt/sources.list right?"
        as_root "${apt[@]}" install -y --no-install-recommends \
            "${missing[@]}" || die "apt-get install failed" \
            "its messages above say why; then run the same command again"
    fi
    node_check
}

node_check() {
    local version

    version=$(node --version) || die "node does not run"
    version=${version#v}
    [ "${version%%.*}" -ge "$NODE_MAJOR_MIN" ] ||
        die "node $version is too old: $NODE_MAJOR_MIN or newer is needed" \
            "upgrade it, or remove it and ./meeshy installs Debian's"
}

# npm_ensure DIR [dev]: npm ci, unless DIR holds what its lock file says.
# With dev also what only building and testing it needs; that serves both.
npm_ensure() {
    local stamp=$1/node_modules/.meeshy-lock sum omit=(--omit=dev)

    sum=$(sha256sum <"$1/package-lock.json")
    if grep -qs "^$sum ${2:-}" "$stamp"; then
        return 0
    fi
    [ "${2:-}" != dev ] || omit=()
    say "npm packages of $1/"
    (cd "$1" && timeout "$NPM_SECONDS_MAX" \
        npm ci --no-audit --no-fund "${omit[@]}") ||
        die "npm ci failed in $1/" \
            "is the network up?  Remove $1/node_modules and try again"
    printf '%s %s\n' "$sum" "${2:-}" >"$stamp"
}
