# Completion of the programs of kubectl igw in fish.
function __kubectl_igw
    set -l words (commandline -opc)
    set -l begun (commandline -ct)
    set -l found ($words[1] __complete $words[2..-1] "$begun" 2>/dev/null)
    test (count $found) -gt 0; or return
    if test (count $found) = 1; and test $found[1] = :0
        __fish_complete_path $begun
    else
        printf '%s\n' $found | string match -v -r '^:[0-9]+$'
    end
end
for program in @PROGRAMS@
    complete -c $program -f -a '(__kubectl_igw)'
end
