# shellcheck shell=bash
# Completion of the programs of kubectl igw in bash.
_kubectl_igw() {
    local line directive=0
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            :*) directive=${line#:} ;;
            *) COMPREPLY+=("${line%%$'\t'*}") ;;
        esac
    done < <("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    if [ "$directive" = 0 ] && [ "${#COMPREPLY[@]}" = 0 ]; then
        compopt -o default
    fi
}
complete -F _kubectl_igw @PROGRAMS@
