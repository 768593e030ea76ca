#compdef @PROGRAMS@
# Completion of the programs of kubectl igw in zsh.
_kubectl_igw() {
    local line value help directive=0
    local -a found
    while IFS= read -r line; do
        case $line in
            :*) directive=${line#:} ;;
            *$'\t'*)
                value=${line%%$'\t'*} help=${line#*$'\t'}
                found+=("${value//:/\\:}:$help")
                ;;
            *) found+=("${line//:/\\:}") ;;
        esac
    done < <("${(Q)words[1]}" __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)
    if (( directive == 0 && ! $#found )); then
        _files
    else
        _describe 'kubectl igw' found
    fi
}
if [ "$funcstack[1]" = _kubectl-igw ]; then
    _kubectl_igw
else
    compdef _kubectl_igw @PROGRAMS@
fi
