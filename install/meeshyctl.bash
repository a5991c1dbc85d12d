# SPDX-License-Identifier: ISC
# bash completion for meeshyctl, from its own help.
_meeshyctl() {
    local word=${COMP_WORDS[COMP_CWORD]} help commands

    COMPREPLY=()
    help=$(meeshyctl help 2>/dev/null) || return
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W \
            "$(sed -n 's/^  \(--[a-z-]*\).*/\1/p' <<<"$help")" -- "$word")
        return
    fi
    commands=$(sed -nE 's/^  meeshyctl ([a-z -]*[a-z]) .*/\1/p' <<<"$help")
    case $COMP_CWORD in
    1) commands=$(cut -d' ' -f1 <<<"$commands" | sort -u) ;;
    2) commands=$(sed -n "s/^${COMP_WORDS[1]} \([a-z-]*\).*/\1/p" \
        <<<"$commands" | sort -u) ;;
    *) commands= ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$word")
    [ "${#COMPREPLY[@]}" -gt 0 ] || mapfile -t COMPREPLY < <(compgen -f -- "$word")
}
complete -o filenames -F _meeshyctl meeshyctl
